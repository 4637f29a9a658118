import ArgumentParser
import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

enum Application: String, CaseIterable, ExpressibleByArgument {
  case sentiment, entities, translation, melody, captions, dna, speech, video
}

struct Options: ParsableArguments {
  @OptionGroup(title: "Every lesson") var notebook: NotebookOptions
  @Argument(help: "Run this application alone.") var application: Application?
}

let options = Options.parseLesson()
let run = options.notebook
let runsAll = options.application == nil
var random = RandomSource(seed: 0)

/// Opens the part of an application, with random numbers of its own: alone it shows what it shows among the others.
func runs(_ application: Application, line: Int = #line) -> Bool {
  random = RandomSource(seed: run.seed() &* 8 &+ UInt64(Application.allCases.firstIndex(of: application)!))
  return part(runsAll || options.application == application, line: line)
}

begin("11", "Applications", run)

//: *Beside the notes: 001, its list of what sequences are for; 002 “RNN Applications”; 004 “不同类型的RNNS”; in Goodfellow's book 10.2 and 10.4.*
//:
//: Lesson 01 began with what sequences are good for. Here the eight applications of the notes run, each with a type of network from
//: [Lesson 10](../10-types/README.md). The data are made by stated rules, so that it is known what there is to learn, and the tests
//: are on examples that training has never seen: a hash of an example decides whether it is held out. Each network stands beside what can
//: be had without one. `swift run Lesson11 dna` runs one application alone.
//:
//: All are trained alike: Adam, the gradient clipped to norm 1, the learning rate falling to 0 in the second half of the steps. The
//: cells are GRUs.

func learn<Model: SequenceModel>(
  _ name: String, _ model: Model, steps: Int, rate: Double = 0.01, line: Int = #line, on next: () -> Model.Batch
) -> Model {
  let count = run.choose(quick: steps / 25, standard: steps, full: 3 * steps)
  return trainedByAdam(
    name, model, steps: count, rate: rate, window: 100, settling: true, line: line, on: next
  ).model
}
func gru(_ inputs: Int, _ units: Int) -> GRU<Float> {
  Recurrent(GRUCell(inputSize: inputs, hiddenSize: units, form: .resetAfterRecurrent, using: &random))
}
func both(_ inputs: Int, _ units: Int) -> Bidirectional<GRU<Float>> {
  Bidirectional(forward: gru(inputs, units), backward: gru(inputs, units))
}
func dense(_ inputs: Int, _ outputs: Int) -> Dense<Float> {
  Dense(inputSize: inputs, outputSize: outputs, using: &random)
}

let tests = run.choose(quick: 100, standard: 1_000, full: 5_000)
func percent(_ right: Int, of count: Int) -> Double { 100 * Double(right) / Double(count) }
func commonest(_ targets: [Int32]) -> Double {
  percent(Dictionary(grouping: targets) { $0 }.values.map(\.count).max()!, of: targets.count)
}

/// Shows the first answer that is right and the first that is wrong.
func showOneOfEach(_ cases: [(given: String, expected: String, answer: String)], line: Int = #line) {
  let rows = [("right", true), ("wrong", false)].map { name, isRight in
    let found = cases.first { ($0.answer == $0.expected) == isRight }
    return [name, found?.given ?? "none of \(cases.count)", found?.expected ?? "–", found?.answer ?? "–"]
  }
  show(Table(["", "given", "should be", "the network says"], rows: rows), kind: .varies, line: line)
}

var scores: [(name: String, baseline: String, without: Double, with: Double)] = []
/// Notes what an application reached, for the table at the end, and shows it.
func score(_ name: String, _ reached: Double, without baseline: String, _ trivial: Double, line: Int = #line) {
  scores.append((name, baseline, trivial, reached))
  show(
    Table(["held out", "right, %"], rows: [[baseline, trivial], ["the network", reached]]), kind: .varies, line: line)
}

// page: off
if runs(.sentiment) {
  // page: on
  //: ## Sentiment: many to one
  //:
  //: 004 has a text in and “positive” or “negative” out; in Ng's course it is one to five stars, as here. A pleasant word is worth a star more than three, an unpleasant
  //: one a star less, “very” doubles and “not” turns round; of two clauses the one after “but”, or before “although”, decides. 400 reviews are all that the network gets. It
  //: reads each word as a vector of two numbers, an **embedding** that it learns with the rest.

  let vocabulary = DishReviews.vocabulary
  func stars(_ reviews: [[String]]) -> [Int32] { reviews.map { Int32(DishReviews.stars(of: $0) - 1) } }
  func batch(_ reviews: [[String]], sorted: Bool = false) -> ClassifierBatch<Float> {
    let (words, mask) = TokenBatch.padded(
      reviews.map { (sorted ? $0.sorted() : $0).map { vocabulary.id(of: $0)! } })
    return ClassifierBatch(inputs: .tokens(words), targets: stars(reviews), mask: mask)
  }
  func model() -> Classifier<Embedded<GRU<Float>>> {
    let embedding = Embedding<Float>(vocabularySize: vocabulary.count, size: 2, using: &random)
    return Classifier(layer: Embedded(embedding, gru(2, 32)), output: dense(32, 5))
  }
  let told = (0..<400).map { _ in DishReviews.review(.training, using: &random) }
  let held = (0..<tests).map { _ in DishReviews.review(.heldOut, using: &random) }
  func some() -> [[String]] { (0..<32).map { _ in random.element(of: told) } }

  let ordered = learn("sentiment", model(), steps: 1_500) { batch(some()) }
  let answers = ordered.classes(batch(held).inputs, mask: batch(held).mask)

  //: What is in the words alone, without their order? The same network on the same reviews with their words in alphabetical order tells:

  let sorted = learn("sentiment, words sorted", model(), steps: 1_500) { batch(some(), sorted: true) }
  let bag = batch(held, sorted: true)
  let fromBag = percentEqual(sorted.classes(bag.inputs, mask: bag.mask), stars(held))
  show("always the commonest number of stars, %", commonest(stars(held)))
  score("sentiment", percentEqual(answers, stars(held)), without: "words in alphabetical order", fromBag)
  showOneOfEach(
    held.indices.map { i in
      (held[i].joined(separator: " "), "\(stars([held[i]])[0] + 1) stars", "\(answers[i] + 1) stars")
    })
  let table = ordered.layer.embedding.table
  func points(_ label: String, _ words: [String]) -> [Mark] {
    let places = words.map { Int(vocabulary.id(of: $0)!) }
    let (x, y) = (places.map { table[$0, 0] }, places.map { table[$0, 1] })
    return [.points(label, x: x, y: y), .texts(words, x: x, y: y)]
  }
  show(
    Chart(
      "The embedding: pleasant and unpleasant words lie apart", x: "first number of the vector", y: "second number",
      points("pleasant", DishReviews.pleasant) + points("unpleasant", DishReviews.unpleasant)
        + points("grammar", ["not", "very", "but", "although"])), as: "embedding")
  func middle(_ words: [String], _ column: Int) -> Double {
    mean(words.map { Double(table[Int(vocabulary.id(of: $0)!), column]) })
  }
  func distance(_ words: [String], from others: [String]) -> Double {
    hypot(middle(words, 0) - middle(others, 0), middle(words, 1) - middle(others, 1))
  }
  let groups = [DishReviews.pleasant, DishReviews.unpleasant]
  let within = groups.flatMap { group in group.map { distance([$0], from: group) } }
  claim(
    "the middles of the pleasant and of the unpleasant words lie farther apart than a word from its own middle, on average",
    distance(groups[0], from: groups[1]) > mean(within), from: .standard)
  // page: off
}
if runs(.entities) {
  // page: on
  //: ## Named entities: many to many, in step
  //:
  //: Which words are a person, a place, a firm? “jordan” and “florence” are persons or places, “apple” is a firm or something to eat, and everything is in
  //: lower case. The neighbours decide, on either side, so the network reads both ways (Lesson 08). It gets 60 sentences. Beside it stands a list: for each word
  //: the tag that it had most often in these.

  let vocabulary = NewsEntities.vocabulary
  let told = (0..<60).map { _ in NewsEntities.sentence(.training, using: &random) }
  let held = (0..<tests).map { _ in NewsEntities.sentence(.heldOut, using: &random) }
  func batch(_ sentences: [NewsEntities.Sentence]) -> TaggerBatch<Float> {
    let (words, mask) = TokenBatch.padded(sentences.map { $0.words.map { vocabulary.id(of: $0)! } })
    return TaggerBatch(
      inputs: .tokens(words), targets: TokenBatch.padded(sentences.map(\.tags)).tokens, mask: mask)
  }
  let tagger = learn("entities", Tagger(layer: both(vocabulary.count, 24), output: dense(48, 4)), steps: 500) {
    batch((0..<32).map { _ in random.element(of: told) })
  }
  func tags(_ sentences: [NewsEntities.Sentence]) -> [[Int32]] {
    let all = batch(sentences)
    let tags = tagger.tags(all.inputs, mask: all.mask)
    return sentences.indices.map { i in sentences[i].words.indices.map { tags[$0, i] } }
  }
  var seen: [String: [Int32]] = [:]
  for sentence in told {
    for (word, tag) in zip(sentence.words, sentence.tags) { seen[word, default: []].append(tag) }
  }
  let list = seen.mapValues { tags in
    (0..<4 as Range<Int32>).max { a, b in tags.count { $0 == a } < tags.count { $0 == b } }!
  }
  let answers = tags(held)
  score(
    "named entities", percentEqual(answers, held.map(\.tags)), without: "a list of words",
    percentEqual(held.map { $0.words.map { list[$0] ?? 0 } }, held.map(\.tags)))

  //: (Right is a sentence with every word right.) In the tables below a tag stands behind its word.

  func marked(_ words: [String], _ tags: [Int32]) -> String {
    zip(words, tags).map { $1 == 0 ? $0 : "\($0)/\(NewsEntities.tags[Int($1)])" }.joined(separator: " ")
  }
  showOneOfEach(
    held.indices.map {
      (
        held[$0].words.joined(separator: " "), marked(held[$0].words, held[$0].tags),
        marked(held[$0].words, answers[$0])
      )
    })
  let words = "jordan said that apple opened a shop in jordan".split(separator: " ").map(String.init)
  let probabilities = tagger.probabilities(.tokens(TokenBatch(sequence: words.map { vocabulary.id(of: $0)! })))
  show(
    Heatmap(
      "One word, two entities: jordan at the beginning and at the end", x: "word read", y: "tag", color: "probability",
      range: 0...1, values: (0..<4).map { tag in words.indices.map { Double(probabilities[$0][tag, 0]) } },
      columns: words, rows: NewsEntities.tags), as: "entities")
  claim(
    "the first jordan is a person, apple a firm, and the last jordan a place",
    [(0, 1), (3, 3), (8, 2)].allSatisfy { probabilities[$0][$1, 0] > 0.5 }, from: .standard)
  // page: off
}
if runs(.translation) {
  // page: on
  //: ## Translation: many to many, out of step
  //:
  //: French in, English out: “la maison noire ne regarde pas un chat” is “the black house does not look at a cat”. One GRU reads the French from its last word to its
  //: first (Sutskever et al. 2014), another writes the English from the state in which the first ends. Beside it stands a dictionary that translates
  //: word by word.

  let (french, english) = FrenchSentences.vocabularies
  func batch(_ pairs: [FrenchSentences.Pair]) -> EncoderDecoderBatch<Float> {
    let (source, mask) = TokenBatch.padded(pairs.map { $0.french.reversed().map { french.id(of: $0)! } })
    let target = SentenceBatches(pairs.map { $0.english.map { english.id(of: $0)! } }, end: english.end!)
    return EncoderDecoderBatch(source: .tokens(source), sourceMask: mask, target: target.batch(pairs.indices))
  }
  let held = (0..<tests).map { _ in FrenchSentences.pair(.heldOut, using: &random) }
  typealias Translator = EncoderDecoder<GRU<Float>, GRU<Float>>
  func taught(_ model: Translator, upTo longest: Int, steps: Int, rate: Double) -> Translator {
    func pair() -> FrenchSentences.Pair {
      while true {
        let pair = FrenchSentences.pair(.training, using: &random)
        if pair.french.count <= longest { return pair }
      }
    }
    return learn("translation, up to \(longest) words", model, steps: steps, rate: rate) {
      batch((0..<64).map { _ in pair() })
    }
  }
  func translations(_ model: Translator) -> [[String]] {
    let sources = batch(held)
    let tokens = model.greedyTokens(for: sources.source, mask: sources.sourceMask, until: english.end!, limit: 30)
    return tokens.map { $0.map { english.tokens[Int($0)] } }
  }

  //: Short sentences come first: from sentences of all lengths at once it may take long to learn anything (Bengio et al. 2009 call this a
  //: *curriculum*). First up to nine words, then all.

  let decoder = LanguageModel(layer: gru(english.count, 128), output: dense(128, english.count))
  let beginner = taught(
    EncoderDecoder(encoder: gru(french.count, 128), decoder: decoder), upTo: 9, steps: 1_500, rate: 0.006)
  let translator = taught(beginner, upTo: 14, steps: 1_000, rate: 0.004)
  let (first, answers) = (translations(beginner), translations(translator))
  let wordByWord = held.map { $0.french.compactMap { FrenchSentences.dictionary[$0] }.joined(separator: " ") }
  score(
    "translation", percentEqual(answers, held.map(\.english)), without: "word by word",
    percentEqual(wordByWord, held.map { $0.english.joined(separator: " ") }))
  showOneOfEach(
    held.indices.map {
      (
        held[$0].french.joined(separator: " "), held[$0].english.joined(separator: " "),
        answers[$0].joined(separator: " ")
      )
    })

  //: All that the writer learns of a sentence stands in one state of 128 numbers, whatever the length. Such a state learns to hold the lengths that it is given: after
  //: the first half of the training, long sentences fail. *Attention*, which lets the writer look back at every word of the source
  //: (Bahdanau et al. 2015), was made for this; Ng's course goes there next.

  let lengths = Array(Set(held.map(\.french.count))).sorted()
  func right(_ answers: [[String]], _ lengths: ClosedRange<Int>) -> Double {
    let places = held.indices.filter { lengths.contains(held[$0].french.count) }
    return percentEqual(places.map { answers[$0] }, places.map { held[$0].english })
  }
  show(
    Chart(
      "A state learns to hold sentences of the lengths that it was trained on", x: "words of the French sentence",
      y: "translated without error [%]",
      [("trained on up to 9 words", first), ("then on all", answers)].map { name, answers in
        .line(name, x: lengths, y: lengths.map { right(answers, $0...$0) }, hasPoints: true)
      }), as: "translation")
  claim(
    "trained on up to nine words, more than nine in ten of these come out right, and fewer than half of those of fourteen",
    right(first, 5...9) > 90 && right(first, 14...14) < 50, from: .standard)
  claim(
    "then trained on all, more than nine in ten of those of fourteen", right(answers, 14...14) > 90, from: .standard)
  // page: off
}
if runs(.melody) {
  // page: on
  //: ## Melody: one to many
  //:
  //: A language model of notes, a token for each height and length. The tunes have eight bars; a motif of four notes comes three times, each time from
  //: another step of the scale, and a long note closes. So the last three notes of such a bar follow from the bar before. A table of which note follows
  //: which (the bigram of Lesson 04) cannot know that.

  let vocabulary = SequenceMelodies.vocabulary
  func tunes(_ split: Split, _ count: Int) -> [[Int32]] {
    (0..<count).map { _ in SequenceMelodies.tune(split, using: &random).map { vocabulary.id(of: $0.name)! } }
  }
  func batch(_ tunes: [[Int32]]) -> LanguageBatch { SentenceBatches(tunes, end: vocabulary.end!).batch(tunes.indices) }
  let n = vocabulary.count
  let composer = learn("melody", LanguageModel(layer: gru(n, 64), output: dense(64, n)), steps: 1_500, rate: 0.005) {
    batch(tunes(.training, 32))
  }
  let held = tunes(.heldOut, tests / 5)
  let bigram = NGramModel(.bigram, vocabularySize: n, counting: tunes(.training, 2_000).flatMap { $0 })
  func likeliest(_ guesses: [Double]) -> Int32 { Int32(guesses.indices.max { guesses[$0] < guesses[$1] }!) }
  let places = (0..<SequenceMelodies.length).filter(SequenceMelodies.isRepetition)
  let expected = held.flatMap { tune in places.map { tune[$0] } }
  let answers = held.flatMap { tune in
    let guesses = composer.guesses(along: tune)
    return places.map { likeliest(guesses[$0]) }
  }
  let fromTable = held.flatMap { tune in
    places.map { place in likeliest((0..<Int32(n)).map { bigram.probability(of: $0, after: tune[place - 1]) }) }
  }
  score("melody", percentEqual(answers, expected), without: "bigram of notes", percentEqual(fromTable, expected))

  //: (Right are the notes that follow from the bar before.) A note is written with its name and its length in eighths.

  showOneOfEach(
    expected.indices.map { i in
      let (tune, place) = (held[i / places.count], places[i % places.count])
      return (
        vocabulary.decode(tune[place - 4 - place % 13 % 4..<place]), vocabulary.tokens[Int(expected[i])],
        vocabulary.tokens[Int(answers[i])]
      )
    })

  //: Now it composes. The tune is drawn note by note as in Lesson 04, at temperature 0.5, and written as a Standard MIDI File, `melody.mid` beside the
  //: figures, which any music player opens.

  var sampler = Sampler(composer, temperature: 0.5)
  let composed = sampler.tokens(limit: SequenceMelodies.length, until: vocabulary.end!, using: &random)
  let notes = composed.filter { $0 != vocabulary.end! }.map { SequenceMelodies.notes[Int($0)] }
  show(notes.map(\.name).joined(separator: " "), kind: .varies)
  let midi = StandardMIDIFile(notes.map { .init(key: $0.key, eighths: $0.eighths) })
  attempt { try midi.write(to: besideFigures("melody.mid")) }
  let heights = SequenceMelodies.steps.reversed()
  var roll = heights.map { _ in [Double]() }
  for note in notes {
    for (row, height) in heights.enumerated() {
      // The last eighth of a note is paler, so that a repeated note is seen as two.
      let sounds = (0..<note.eighths).map { $0 == note.eighths - 1 && note.eighths > 1 ? 0.8 : 1.0 }
      roll[row] += height == note.step ? sounds : sounds.map { _ in 0 }
    }
  }
  show(
    Heatmap(
      "A tune of the network's own: a motif that climbs or falls from bar to bar", x: "time [eighths]", y: "note",
      color: "sounds", range: 0...1, values: roll,
      rows: heights.map { String(SequenceMelodies.Note(step: $0, eighths: 1).name.prefix { $0 != "/" }) }), as: "melody"
  )
  /// How far note `place` lies above the first note of its bar.
  func rise(_ place: Int) -> Int { notes[place].step - notes[place - place % 13 % 4].step }
  let kept = places.count { $0 < notes.count && rise($0) == rise($0 - 4) }
  claim(
    "two or more out of three of its notes that should repeat the motif do", 3 * kept >= 2 * places.count,
    from: .standard)
  // page: off
}
if runs(.captions) {
  // page: on
  //: ## Image captions: one to many
  //:
  //: A picture is one vector, here 225 pixels with noise, and a sentence comes out: “a large ring above a small cross”. The picture goes through one layer into
  //: the first state of the writer (Goodfellow fig. 10.9; in practice a convolutional network stands there). There are 1,152 scenes, of which one in ten
  //: is held out.

  let vocabulary = DrawnScenes.vocabulary, n = vocabulary.count
  func drawn(_ split: Split, _ count: Int) -> (captions: [[Int32]], batch: GeneratorBatch<Float>) {
    let scenes = (0..<count).map { _ in DrawnScenes.scene(split, using: &random) }
    let captions = scenes.map { DrawnScenes.caption(of: $0).map { vocabulary.id(of: $0)! } }
    let pictures = scenes.map { DrawnScenes.picture(of: $0, noise: 0.1, using: &random) }
    let text = SentenceBatches(captions, end: vocabulary.end!).batch(captions.indices)
    return (captions, GeneratorBatch(vectors: Matrix(pictures).transposed, text: text))
  }
  let writer = learn(
    "captions",
    Generator(vectorSize: 225, decoder: LanguageModel(layer: gru(n, 96), output: dense(96, n)), using: &random),
    steps: 2_000, rate: 0.005
  ) { drawn(.training, 32).batch }
  let (captions, held) = drawn(.heldOut, tests)
  let answers = writer.greedyTokens(for: held.vectors, until: vocabulary.end!, limit: 12)
  let most = Dictionary(grouping: captions) { $0 }.values.map(\.count).max()!
  score("captions", percentEqual(answers, captions), without: "always the commonest", percent(most, of: captions.count))
  showOneOfEach(
    captions.indices.map { ("picture \($0 + 1)", vocabulary.decode(captions[$0]), vocabulary.decode(answers[$0])) })
  let shown = [
    captions.indices.first { answers[$0] == captions[$0] }, captions.indices.first { answers[$0] != captions[$0] },
  ]
  let pictures = shown.compactMap(\.self)
  show(
    Heatmap(
      pictures.map { "picture \($0 + 1): “\(vocabulary.decode(answers[$0]))”" }.joined(separator: " · "), x: "pixel",
      y: "pixel", color: "brightness", isSquare: true,
      panels: pictures.map { picture in
        Panel(
          "picture \(picture + 1)",
          (0..<15).map { i in (0..<15).map { j in Double(held.vectors[15 * i + j, picture]) } })
      }), as: "captions")
  // page: off
}
if runs(.dna) {
  // page: on
  //: ## DNA: many to many, in step
  //:
  //: Where are the genes in a strand of A, C, G and T? A gene opens with ATG and runs in threes to the first TAA, TAG or TGA that is in step; where none comes there is no
  //: gene. So a network must count by three, and know the end before it can tag the beginning.

  func strands(_ split: Split, _ count: Int) -> [[Int32]] {
    (0..<count).map { _ in GeneStrands.strand(split, length: 60, using: &random) }
  }
  func batch(_ strands: [[Int32]]) -> TaggerBatch<Float> {
    TaggerBatch(
      inputs: .tokens(TokenBatch.padded(strands).tokens),
      targets: TokenBatch.padded(strands.map(GeneStrands.genes)).tokens)
  }
  let held = strands(.heldOut, tests)
  let bases = batch(held)
  func wholeStrands(_ tags: TokenBatch) -> Double {
    percent(held.indices.count { i in (0..<60).allSatisfy { tags[$0, i] == bases.targets[$0, i] } }, of: tests)
  }
  let reader = learn("dna", Tagger(layer: both(4, 64), output: dense(128, 2)), steps: 2_500) {
    batch(strands(.training, 32))
  }
  let answers = reader.tags(bases.inputs)
  score(
    "DNA", percentEqual(answers.ids, bases.targets.ids), without: "always the commonest tag",
    commonest(bases.targets.ids))

  //: (Right is a base.) Stars stand under the bases of a gene, first as the rule has them, then as the network does.

  func stars(_ tags: (Int) -> Int32) -> String { (0..<60).map { tags($0) == 1 ? "*" : "·" }.joined() }
  for (name, isRight) in [("right", true), ("wrong", false)] {
    let found = held.indices.first { i in (0..<60).allSatisfy { answers[$0, i] == bases.targets[$0, i] } == isRight }
    guard let found else { continue }
    let lines = [
      held[found].map { GeneStrands.bases[Int($0)] }.joined(), stars { bases.targets[$0, found] },
      stars { answers[$0, found] },
    ]
    show(name, lines.joined(separator: "\n"), kind: .varies)
  }

  //: A network that reads forwards only has to guess at each ATG whether an end will come, and cannot take it back:

  let forwards = learn("dna, forwards only", Tagger(layer: gru(4, 96), output: dense(96, 2)), steps: 1_500) {
    batch(strands(.training, 32))
  }
  let (bothWays, oneWay) = (wholeStrands(answers), wholeStrands(forwards.tags(bases.inputs)))
  show(
    Table(
      ["whole strands right, held out", "%"], rows: [["reading both ways", bothWays], ["forwards only", oneWay]]),
    kind: .varies)
  claim("reading both ways, more strands are right from end to end", bothWays > oneWay + 10, from: .standard)
  // page: off
}
if runs(.speech) {
  // page: on
  //: ## Speech: many to one
  //:
  //: A sound in, a word out. Six words, “opts”, “post”, “pots”, “spot”, “stop” and “tops”, are spoken by voices of tones, of different pace and height; one voice in ten
  //: is held out. What the network reads is what a recogniser reads: every 15 milliseconds the energies of ten bands. The words have the same letters, so whoever only
  //: knows which sounds occur, and how often, can but guess one of six.

  func heard(_ split: Split, _ count: Int) -> (grams: [Matrix<Float>], batch: ClassifierBatch<Float>) {
    let words = (0..<count).map { _ in random.index(below: SpokenWords.words.count) }
    let grams = words.map { SpokenWords.spectrogram(of: SpokenWords.sound(of: $0, split, using: &random)) }
    let (frames, mask) = SequenceBatch.padded(grams)
    return (grams, ClassifierBatch(inputs: .features(frames), targets: words.map(Int32.init), mask: mask))
  }
  let told = (0..<60).map { _ in heard(.training, 32).batch }
  let ear = learn("speech", Classifier(layer: gru(10, 32), output: dense(32, 6)), steps: 600) {
    random.element(of: told)
  }
  let (grams, held) = heard(.heldOut, tests)
  let answers = ear.classes(held.inputs, mask: held.mask)
  score("speech", percentEqual(answers, held.targets), without: "sounds without order, at best", 100 / 6)
  showOneOfEach(
    answers.indices.map {
      (
        "sound \($0 + 1), \(grams[$0].columns) frames", SpokenWords.words[Int(held.targets[$0])],
        SpokenWords.words[Int(answers[$0])]
      )
    })
  // Of each word the loudest utterance.
  let pair = ["stop", "pots"].map { word in
    held.targets.indices.filter { SpokenWords.words[Int(held.targets[$0])] == word }
      .max { grams[$0].elements.max()! < grams[$1].elements.max()! }!
  }
  show(
    Heatmap(
      "Two words of the same sounds: stop and pots", x: "frame of 15 ms", y: "band [Hz]", color: "log₁₀ of the energy",
      panels: zip(["stop", "pots"], pair).map { word, sound in
        Panel(
          word,
          SpokenWords.bands.indices.reversed().map { band in
            (0..<grams[sound].columns).map { Double(grams[sound][band, $0]) }
          }, rows: SpokenWords.bands.reversed().map { "\(Int($0))" })
      }), as: "speech")
  // page: off
}
if runs(.video) {
  // page: on
  //: ## Video: many to one
  //:
  //: Eight frames in, a direction out: a dot moves over a square without edges, in noise. No frame says anything alone. Even all eight without their order do not say more than
  //: the line on which the dot moves: there and back it visits the same eight places, so at best half of the answers are right.

  func films(_ split: Split, _ count: Int) -> (films: [[[Float]]], batch: ClassifierBatch<Float>) {
    let films = (0..<count).map { _ in MovingDots.film(split, length: 8, noise: 0.15, using: &random) }
    let frames = SequenceBatch((0..<8).map { t in Matrix(films.map { $0.frames[t] }).transposed })
    return (films.map(\.frames), ClassifierBatch(inputs: .features(frames), targets: films.map { Int32($0.direction) }))
  }
  let eye = learn("video", Classifier(layer: gru(64, 64), output: dense(64, 8)), steps: 2_500, rate: 0.005) {
    films(.training, 32).batch
  }
  let (seen, held) = films(.heldOut, tests)
  let answers = eye.classes(held.inputs)
  score("video", percentEqual(answers, held.targets), without: "frames without order, at best", 50)
  let arrows = MovingDots.directions
  showOneOfEach(answers.indices.map { ("film \($0 + 1)", arrows[Int(held.targets[$0])], arrows[Int(answers[$0])]) })
  show(
    Heatmap(
      "Film 1, the first four frames: \(arrows[Int(held.targets[0])])", x: "pixel", y: "pixel", color: "brightness",
      isSquare: true,
      panels: (0..<4).map { t in
        Panel("frame \(t + 1)", (0..<8).map { i in (0..<8).map { j in Double(seen[0][t][8 * i + j]) } })
      }), as: "video")
  let confusion = (0..<8).map { direction in
    let of = answers.indices.filter { held.targets[$0] == Int32(direction) }
    return (0..<8).map { answer in percent(of.count { answers[$0] == Int32(answer) }, of: max(1, of.count)) }
  }
  show(
    Heatmap(
      "Which direction is taken for which", x: "the network says", y: "the dot moves", color: "share of the films [%]",
      range: 0...100, values: confusion, columns: arrows, rows: arrows), as: "confusion")
  // page: off
}
if part(runsAll) {
  // page: on
  //: ## All eight

  show(
    Table(
      ["", "without the network", "right, %", "the network, %"],
      rows: scores.map { [$0.name, $0.baseline, $0.without, $0.with] }),
    kind: .varies)
  show(
    Chart(
      "Eight applications: the network beside what does without it",
      x: Axis("application", .categorical(scores.map(\.name))), y: "right, held out [%]",
      [.bars("without", y: scores.map(\.without)), .bars("network", y: scores.map(\.with))]),
    as: "applications")
  for score in scores {
    claim(
      "\(score.name): at least 20 more of a hundred are right with the network", score.with >= score.without + 20,
      from: .standard)
  }

  //: ## Break it
  //:
  //: Three of the applications were broken above: the *order of the words* taken from the reviews, the *lengths* of the translations that training
  //: saw, the *future* taken from the DNA. Each time the network, the data and the training were the same but for that.
  //:
  //: ## What to expect
  //:
  //: No number of a paper stands beside these, for nobody else has these data. What can be known without a training:

  let (french, english) = FrenchSentences.vocabularies
  show(
    Table(
      ["application", "input", "output", "different examples"],
      rows: [
        [
          "sentiment", "4 to 11 words of \(DishReviews.grammar.vocabulary.count)", "1 to 5 stars",
          DishReviews.grammar.sentenceCount,
        ],
        [
          "named entities",
          "\(NewsEntities.grammar.lengths.lowerBound) to \(NewsEntities.grammar.lengths.upperBound) words of \(NewsEntities.vocabulary.count - 2)",
          "a tag of 4 for each", NewsEntities.grammar.sentenceCount,
        ],
        [
          "translation", "5 to 14 words of \(french.count - 2)", "5 to 16 words of \(english.count - 2)",
          FrenchSentences.count,
        ],
        ["melody", "nothing", "26 notes of \(SequenceMelodies.notes.count)", SequenceMelodies.count],
        [
          "captions", "225 numbers", "7 or 8 words of \(DrawnScenes.vocabulary.count - 1)",
          "\(DrawnScenes.count), each in any noise",
        ],
        ["DNA", "60 bases of 4", "a tag of 2 for each", "4⁶⁰"],
        ["speech", "about 20 times 10 numbers", "1 of 6 words", "400 voices, each in any noise"],
        ["video", "8 times 64 numbers", "1 of 8 directions", "\(MovingDots.count), each in any noise"],
      ]))

  //: ## Exercises
  //:
  //: 1. A tagger is right at 99 of 100 words, at each word independently of the others. Of sentences of ten words, how many have no error?

  // fold: Answer
  //: 0.99¹⁰ is 0.904: nine in ten. This is why the tables above count whole sentences, where that is what a reader wants.

  claim("0.904", abs(pow(0.99, 10) - 0.904) < 5e-4)
  // fold end

  //: 2. In a film of eight frames the two directions of a line cannot be told apart without the order. And in one of four frames?

  // fold: Answer
  //: Nor there: four places in a row are visited by a dot that comes from the one end and by one that comes from the other. But for the noise the frames
  //: are the same, in reverse.

  func places(_ direction: Int, from start: Int, frames: Int) -> Set<Int> {
    Set((0..<frames).map { (start + $0 * (direction == 0 ? 1 : 7)) % 8 })
  }
  claim(
    "to the right from any place, to the left from the last: the same places, in four frames as in eight",
    [4, 8].allSatisfy { frames in
      (0..<8).allSatisfy {
        places(0, from: $0, frames: frames) == places(4, from: ($0 + frames - 1) % 8, frames: frames)
      }
    })
  // fold end

  //: 3. Which of the eight could run while the input still comes in, and which must wait for its end?

  // fold: Answer
  //: The melody has no input. Sentiment, speech and video have one answer, which could be given at each step and is best at the last. The entities and
  //: the genes are tagged at each step, but with a network that reads both ways, so they wait for the end; that is the price of Lesson 08. A translation
  //: waits because its first word may depend on the last of the source, and a caption has its picture at once.
  // fold end

  //: [Lesson 10](../10-types/README.md) took the types apart that these applications use. [Lesson 13](../13-forms/README.md) comes back to the gated cells and
  //: tells their many forms apart. What comes after these lessons, attention, begins where the translation
  //: above fails.
  // page: off
}
// page: on

end()
