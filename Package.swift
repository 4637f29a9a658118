// swift-tools-version: 6.2
import PackageDescription

/// Every lesson: its number and its folder under `Lessons`. The executable is `Lesson` and the number.
let lessons: [(number: String, folder: String)] = [
  ("01", "01-notation"),
  ("02", "02-forward-pass"),
  ("03", "03-bptt"),
  ("04", "04-language-model"),
  ("05", "05-vanishing-gradients"),
  ("06", "06-gru"),
  ("07", "07-lstm"),
  ("08", "08-brnn"),
  ("09", "09-deep"),
  ("10", "10-types"),
  ("11", "11-applications"),
  ("12", "12-long-memory"),
  ("13", "13-forms"),
  ("14", "14-attention"),
]
/// What a lesson reads from its folder besides its page and figures.
let data = ["12": ["tournament.csv"], "13": ["cells"]]

/// The lessons that have an exercise, in the folder `Exercise` beside their page. The executable is `Exercise` and the number.
let exercises = ["02", "03", "04", "05", "06", "07", "08", "09", "10", "14"]

// MARK: - Settings

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
/// A plain `swift run` builds debug, and a lesson trains there: the library is optimised in both configurations, as one
/// module.
let optimised: [SwiftSetting] =
  strict + [
    .unsafeFlags(
      ["-O", "-wmo", "-num-threads", "2", "-disable-batch-mode"], .when(configuration: .debug))
  ]
/// A lesson is a script: its top-level variables and functions belong to the main actor.
let notebook: [SwiftSetting] = strict + [.defaultIsolation(MainActor.self)]

let numerics: Target.Dependency = .product(name: "RealModule", package: "swift-numerics")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// The executable of an exercise. A student's code may have warnings.
func exercise(_ number: String) -> Target {
  let folder = lessons.first { $0.number == number }!.folder
  return .executableTarget(
    name: "Exercise\(number)", dependencies: ["SequenceModels", "Marker"], path: "Lessons/\(folder)/Exercise")
}
/// The executable of a lesson.
func program(_ lesson: (number: String, folder: String)) -> Target {
  .executableTarget(
    name: "Lesson\(lesson.number)",
    dependencies: ["SequenceModels", "Tasks", "Workshop", "Notebook", "Plotting", argumentParser],
    path: "Lessons/\(lesson.folder)",
    exclude: ["README.md", "figures"] + data[lesson.number, default: []]
      + (exercises.contains(lesson.number) ? ["Exercise"] : []),
    swiftSettings: notebook)
}

// MARK: - Package

let package = Package(
  name: "SequenceModels",
  products: [
    .library(name: "SequenceModels", targets: ["SequenceModels"]),
    .library(name: "Tasks", targets: ["Tasks"]),
    .library(name: "Plotting", targets: ["Plotting"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.0.0"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
  ],
  targets: [
    // The networks and their training.
    .target(
      name: "SequenceModels", dependencies: ["Files", "COneDNN", "CKernels", numerics], swiftSettings: optimised),
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
    .target(
      name: "CKernels", exclude: ["lanes.inc"],
      cSettings: [.unsafeFlags(["-O3", "-fno-math-errno", "-Wall", "-Werror"])],
      linkerSettings: [.linkedLibrary("sleef")]),

    // Data that a few lines of code make, to learn from.
    .target(name: "Tasks", dependencies: ["SequenceModels", numerics], swiftSettings: optimised),

    // Figures.
    .target(name: "Plotting", dependencies: ["Files", "CGnuplotIOStream"], swiftSettings: optimised),
    .target(
      name: "CGnuplotIOStream", cxxSettings: [.unsafeFlags(["-O2"])],
      linkerSettings: [.linkedLibrary("boost_iostreams")]),

    // How models, figures and pages are written, and how wide a text is.
    .target(name: "Files", swiftSettings: optimised),

    // The time of a training step.
    .executableTarget(
      name: "Benchmark", dependencies: ["SequenceModels", "Files", argumentParser], exclude: ["README.md"],
      resources: [.copy("peers.py")], swiftSettings: strict),

    // Lessons.
    .target(
      name: "Notebook", dependencies: ["Files", "Plotting", argumentParser], swiftSettings: optimised),
    .target(
      name: "Workshop", dependencies: ["SequenceModels", "Tasks", "Notebook", "Plotting", "Files", argumentParser],
      swiftSettings: optimised),
    // What marks an exercise.
    .target(
      name: "Marker", dependencies: ["SequenceModels", "Notebook", "Files", argumentParser], swiftSettings: strict),
  ]
    + lessons.map(program)
    + exercises.map(exercise)
    + [
      .testTarget(
        name: "SequenceModelsTests", dependencies: ["SequenceModels", "Tasks", "CKernels", numerics],
        resources: [.copy("Fixtures")], swiftSettings: strict),
      .testTarget(
        name: "TasksTests", dependencies: ["Tasks", "SequenceModels", numerics], swiftSettings: strict),
      .testTarget(name: "PlottingTests", dependencies: ["Plotting", "Files"], swiftSettings: strict),
      // Random input, for the readers and writers of files.
      .testTarget(name: "FuzzTests", dependencies: ["SequenceModels", "Plotting"], swiftSettings: strict),
      .testTarget(name: "NotebookTests", dependencies: ["Notebook"], swiftSettings: strict),
      // An exercise in which everything goes wrong that can.
      .executableTarget(
        name: "SampleExercise", dependencies: ["SequenceModels", "Marker"], path: "Tests/SampleExercise"),
      .testTarget(
        name: "LessonTests",
        dependencies: ["Benchmark", "Marker", "SampleExercise"]
          + lessons.map { .target(name: "Lesson\($0.number)") }
          + exercises.map { .target(name: "Exercise\($0)") },
        swiftSettings: strict),
    ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
