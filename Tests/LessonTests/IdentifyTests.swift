import Foundation
import Testing

/// `--identify` of Lesson 13 says which form the cell in a file has.
@Suite struct IdentifyTests {
  static let cells = HouseTests.root.path + "/Lessons/13-forms/cells/"

  static func identify(_ file: String, in folder: String? = nil) throws -> Program {
    try Program("Lesson13", ["--identify", file, "--plots", NSTemporaryDirectory() + "identify"], in: folder)
  }

  /// A cell that somebody else's program made: what it is, and in which order its rows stand.
  @Test(arguments: [
    ("pytorch-gru", "GRU, Γ_r on the recurrent half, Γ_u keeps – PyTorch, cuDNN.", "Γ_r, Γ_u, c̃."),
    ("pytorch-lstm", "LSTM – PyTorch, Ng.", "Γ_u, Γ_f, c̃, Γ_o."),
    ("cho", "GRU, Γ_r before the product, Γ_u keeps – Cho et al. 2014.", "Γ_u, Γ_r, c̃."),
    (
      "note-000", "GRU, Γ_r on the whole product, Γ_u takes in, b_c outside tanh – note 000 as printed.", "Γ_u, Γ_r, c̃."
    ),
    ("goodfellow", "LSTM, σ in c̃ – Goodfellow.", "Γ_u, Γ_f, c̃, Γ_o."),
    ("ng-peepholes", "LSTM, every gate sees c⟨t−1⟩ – Ng's peepholes.", "Γ_u, Γ_f, c̃, Γ_o."),
    ("gers-peepholes", "LSTM, Γ_u and Γ_f see c⟨t−1⟩, Γ_o sees c⟨t⟩ – Gers, Graves.", "Γ_u, Γ_f, c̃, Γ_o."),
  ])
  func aCellIsRecognised(name: String, form: String, rows: String) throws {
    let run = try Self.identify(Self.cells + name + ".safetensors")
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    #expect(run.output.contains("It is: \(form)\nThe rows of its weights are \(rows)\n"), "\(run.output)")
    #expect(!run.output.contains("✗") && !run.output.contains("NONE"))
  }

  @Test func aCellOfAnotherFormIsNoneOfThese() throws {
    let run = try Self.identify(Self.cells + "stranger.safetensors")
    #expect(run.status == 0)
    #expect(run.output.contains("\nNONE of the 3 forms"))
    #expect(run.output.contains(/The nearest is LSTM.*\nWith it, an output is off by 0\.\d/), "\(run.output)")
    #expect(!run.output.contains("It is:"))
  }

  @Test func everyCellOfTheLessonGoesByItsName() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.cells)
    let names = files.filter { $0.hasSuffix(".safetensors") }.map { $0.dropLast(12) }
    #expect(names.count == 8)
    let folder = try TemporaryFolder()
    for name in names { #expect(try Self.identify(String(name), in: folder.path).status == 0) }
  }

  // MARK: - Files of one's own

  /// The tensors of a file.
  struct Tensors {
    var shapes: [String: [Int]] = [:]
    var numbers: [String: [Float]] = [:]

    init() {}

    /// Those of a cell of the lesson.
    init(_ cell: String) throws {
      let data = try Data(contentsOf: URL(fileURLWithPath: IdentifyTests.cells + cell + ".safetensors"))
      let length = data.withUnsafeBytes { Int(UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))) }
      let header = try JSONSerialization.jsonObject(with: data[8..<8 + length]) as? [String: [String: Any]] ?? [:]
      for (name, entry) in header where name != "__metadata__" {
        let (shape, place) = (entry["shape"] as? [Int] ?? [], entry["data_offsets"] as? [Int] ?? [])
        let bytes = data[8 + length + place[0]..<8 + length + place[1]]
        shapes[name] = shape
        numbers[name] = stride(from: 0, to: bytes.count, by: 4).map { first in
          Float(
            bitPattern: bytes.dropFirst(first).withUnsafeBytes {
              UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self))
            })
        }
      }
    }

    subscript(name: String) -> (shape: [Int], numbers: [Float])? {
      get { shapes[name].map { ($0, numbers[name]!) } }
      set { (shapes[name], numbers[name]) = (newValue?.shape, newValue?.numbers) }
    }

    /// The bytes of a file with them.
    func encoded(type: String = "F32") throws -> Data {
      var (header, body) = ([String: [String: Any]](), Data())
      for name in shapes.keys.sorted() {
        let start = body.count
        for number in numbers[name]! {
          withUnsafeBytes(of: number.bitPattern.littleEndian) { body.append(contentsOf: $0) }
        }
        header[name] = ["dtype": type, "shape": shapes[name]!, "data_offsets": [start, body.count]]
      }
      let text = try JSONSerialization.data(withJSONObject: header)
      return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text + body
    }
  }

  @Test func aStateToStartFromIsTakenFromTheFile() throws {
    var file = try Tensors("cho")
    let (x, output) = (file["x"]!, file["output"]!)
    let (steps, examples, inputs, units) = (x.shape[0], x.shape[1], x.shape[2], output.shape[2])
    // The same run, looked at from its fourth step on.
    file["h0"] = ([examples, units], Array(output.numbers[2 * examples * units..<3 * examples * units]))
    file["x"] = ([steps - 3, examples, inputs], Array(x.numbers.dropFirst(3 * examples * inputs)))
    file["output"] = ([steps - 3, examples, units], Array(output.numbers.dropFirst(3 * examples * units)))
    let folder = try TemporaryFolder()
    let run = try Self.identify(try folder.file("later.safetensors", try file.encoded()))
    #expect(run.output.contains("It is: GRU, Γ_r before the product, Γ_u keeps"), "\(run.output)")
    file["h0"] = nil
    let without = try Self.identify(try folder.file("without.safetensors", try file.encoded()))
    #expect(without.output.contains("NONE of the 18 forms"))
  }

  @Test func aFileThatFitsSeveralFormsNamesThemAll() throws {
    // The first step out of 0: there is no memory to be hidden.
    var file = try Tensors("cho")
    let (x, output) = (file["x"]!, file["output"]!)
    file["x"] = ([1] + x.shape.dropFirst(), Array(x.numbers.prefix(x.shape[1] * x.shape[2])))
    file["output"] = ([1] + output.shape.dropFirst(), Array(output.numbers.prefix(output.shape[1] * output.shape[2])))
    let folder = try TemporaryFolder()
    let run = try Self.identify(try folder.file("step.safetensors", try file.encoded()))
    #expect(run.status == 0)
    #expect(run.output.contains("fits 2 forms equally well"), "\(run.output)")
    #expect(
      run.output.contains("Γ_r before the product, Γ_u keeps") && run.output.contains("Γ_r on the recurrent half"))
  }

  /// What is wrong with a file, and what is said of it.
  enum Fault: String, CaseIterable {
    case noOutput = "there is no “output” in it"
    case noWeights = "there is no “weight_hh” in it"
    case transposed = "“weight_hh” has the shape [4, 12], and it should have 2, 3 or 4 times as many rows as columns"
    case input = "“x” has the shape [24, 2, 1], and it should be the input, [steps, 2] or [steps, examples, 2]"
    case bias = "“bias_ih” has the shape [11], and it should be [12]"
    case state = "“h0” has the shape [3], and it should be the state before the first step, [2, 4]"
    case noSteps = "“x” has the shape [0, 2, 2]"
    case notANumber = "“output” holds numbers that are not finite"
    case infinite = "“weight_ih” holds numbers that are not finite"
    case secondLayer = "“weight_ih_l1” is not a tensor that --identify reads"
    case twice = "“weight_ih_l0” is not a tensor that --identify reads"
    case peephole = "“peephole” belongs to an LSTM, whose weights have 4 blocks of rows, and these have 3"

    func damage(_ file: inout Tensors) {
      switch self {
      case .noOutput: file["output"] = nil
      case .noWeights: file["weight_hh"] = nil
      case .transposed: file.shapes["weight_hh"] = [4, 12]
      case .input: file.shapes["x"] = [24, 2, 1]
      case .bias: file["bias_ih"] = ([11], Array(repeating: 0, count: 11))
      case .state: file["h0"] = ([3], [0, 0, 0])
      case .noSteps: file["x"] = ([0, 2, 2], [])
      case .notANumber: file.numbers["output"]![5] = .nan
      case .infinite: file.numbers["weight_ih"]![0] = .infinity
      case .secondLayer: file["weight_ih_l1"] = file["weight_ih"]
      case .twice: file["weight_ih_l0"] = file["weight_ih"]
      case .peephole: file["peephole"] = ([12], Array(repeating: 0, count: 12))
      }
    }
  }

  @Test(arguments: Fault.allCases)
  func aFileThatIsNoCellIsRefusedWithTheReason(fault: Fault) throws {
    var file = try Tensors("cho")
    fault.damage(&file)
    let folder = try TemporaryFolder()
    let path = try folder.file("cell.safetensors", try file.encoded())
    let run = try Self.identify(path)
    #expect(run.status == 1)
    #expect(run.errors.replacing("\n", with: " ").contains(fault.rawValue), "\(run.errors)")
    #expect(run.errors.hasPrefix("Lesson13: error: \(path): "))
  }

  @Test func whatIsNoFileOfTensorsIsRefused() throws {
    let folder = try TemporaryFolder()
    let missing = try Self.identify(folder.path + "/nowhere")
    #expect(missing.status == 1 && missing.errors.contains("there is no such file"), "\(missing.errors)")
    let text = try Self.identify(try folder.file("text", "import torch\nprint(torch.nn.GRU(2, 4))\n"))
    #expect(text.status == 1 && text.errors.contains("is not a whole model file"), "\(text.errors)")
    let directory = try Self.identify(folder.path)
    #expect(directory.status == 1 && directory.errors.contains("not a regular file"), "\(directory.errors)")
    let long = try Self.identify(try folder.file("long", try Tensors("cho").encoded(type: "F64")))
    #expect(long.status == 1 && long.errors.contains("only F32, single precision, is read"), "\(long.errors)")
    let cut = try Self.identify(try folder.file("cut", try Tensors("cho").encoded().dropLast(5)))
    #expect(cut.status == 1 && cut.errors.contains("cut short or damaged"), "\(cut.errors)")
  }

  @Test(arguments: [["--identify", ""], ["--identify"], ["--identify", "cho", "--weave"]])
  func aMistakeInTheCallIsOne(arguments: [String]) throws {
    let run = try Program("Lesson13", arguments)
    #expect(run.status == 64 && run.output.isEmpty && run.errors.contains("Error: "), "\(run.errors)")
  }
}
