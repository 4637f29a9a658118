import ArgumentParser
import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

struct Options: ParsableArguments {
  @OptionGroup(title: "Every lesson") var notebook: NotebookOptions
  @Argument(help: "Run this application alone.") var application: Application?
}

let options = Options.parseLesson()
let run = options.notebook
let runsAll = options.application == nil

/// Opens the part of an application, with random numbers of its own: alone it shows what it shows among the others.
func runs(_ application: Application, line: Int = #line) -> Bool {
  random = RandomSource(seed: run.seed() &* 8 &+ UInt64(Application.allCases.firstIndex(of: application)!))
  return part(runsAll || options.application == application, line: line)
}

begin("11", "Applications", run)

//: *jordan flew from lima to jordan*
//:
//: Which words are names here, and of what? The first *jordan* is a person, *lima* and the last *jordan* are places. Now take a lazy program
//: that says "not a name" at every word. It's right for three words of six! On the short news items below it's even right for two in three. So
//: if a network is right for nine in ten, is that good?
//:
//: You can't know before you know what a simpler program would get. Recurrent networks work on eight small applications here, and each time we
//: ask the same four questions: What goes in? What comes out? What would you get without a network? And how would you know that it fails?

// page: off
show(testPicture(), as: "tests")
// page: on

//: The picture shows how we answer the last two. The network learns from training examples, and is tested on others, **held out** from its
//: training. Beside it stands a **baseline**, a program without a network, which may count things in the training examples. The rule that turns
//: the answers of each into a score is called a **metric**.
//:
//: All our data are made by rules. Real data are harder, so don't expect these scores there.
//:
//: Each application stands alone, and eight in a row are many. Read the metric and the named entities, pick two or three others, and then go to the
//: [table at the end](#break-it-all-eight-in-one-table):
//:
//: | application | and its question |
//: |---|---|
//: | [sentiment](#sentiment-how-many-stars) | does the order of the words matter? |
//: | [named entities](#named-entities-person-place-or-firm) | how can a program that finds nothing look good? |
//: | [translation](#translation-french-to-english) | what happens with longer sentences than in training? |
//: | [melody](#melody-a-tune-of-its-own) | how do you measure a composer? |
//: | [captions](#captions-say-what-you-see) | does it look at the picture at all? |
//: | [DNA](#dna-where-are-the-genes) | should it have been a network? |
//: | [speech](#speech-one-word-at-a-time) | how many words came out wrong? |
//: | [video](#video-which-way-does-it-go) | does it see motion, or only pictures? |
//:
//: ## A metric by hand
//:
//: Most words are no names, so one counts names and not words. Suppose that a program finds two in our sentence, *lima* and the last *jordan*,
//: and calls both places. It has missed the person.
//:
//: - **Precision**: how many of the names it *found* are right? 2 of 2, which is 1.
//: - **Recall**: how many of the *right* names did it find? 2 of 3, which is 0.67.
//:
//: A program that marks too much has a good recall and a bad precision, and a timid one has it the other way round. **F1** is one number for
//: both, and it's only high if both are:
//:
//: ```math
//: F_1 = \frac{2 \cdot \text{precision} \cdot \text{recall}}{\text{precision} + \text{recall}} = \frac{2 \cdot 1 \cdot 0.67}{1 + 0.67} = 0.8
//: ```
//:
//: In code, `found` and `right` are sets of names. An `Entity` is one name: where it stands (the sentence, and from which word to
//: which), and its kind. Both must be right.

func scores(_ found: Set<Entity>, _ right: Set<Entity>) -> (precision: Double, recall: Double, F1: Double) {
  let correct = Double(found.intersection(right).count)
  if correct == 0 { return (0, 0, 0) }
  let precision = correct / Double(found.count)
  let recall = correct / Double(right.count)
  return (precision, recall, 2 * precision * recall / (precision + recall))
}

// page: off
let byHand = scores(entities([[0, 0, 0, 2, 0, 2]]), entities([[1, 0, 0, 2, 0, 2]]))
// page: on
claim(
  "precision is 1, recall 0.67, and F1 is 0.8; the lazy program has three words of six right, and an F1 of 0",
  byHand.precision == 1 && abs(byHand.recall - 0.67) < 0.005 && abs(byHand.F1 - 0.8) < 1e-9
    && share([0, 0, 0, 0, 0, 0], equalTo: [1, 0, 0, 2, 0, 2]) == 0.5
    && scores(entities([[0, 0, 0, 0, 0, 0]]), entities([[1, 0, 0, 2, 0, 2]])).F1 == 0)

//: A word on the code that you'll see. All our layers are GRUs ([Lesson 06](../06-gru/README.md)). `gru(2, 32)` reads columns of 2 numbers and has 32
//: units, `both(2, 32)` is two such chains, and `Embedded` puts an embedding below. `dense(32, 5)` is W_ya and b_y, from 32 numbers to 5 logits. A
//: `Classifier` answers once, after the last step, a `Tagger` at each. `train` returns a trained copy.

// page: off
if runs(.sentiment) {
  // page: on
  //: ## Sentiment: how many stars?
  //:
  //: A guest writes a review, and we want its stars, from 1 to 5.

  // page: off
  show(sentimentPicture(), as: "sentiment")
  let reviews = Reviews(run)
  // page: on

  //: The network reads word by word and answers once, after the last: *many to one*, as in [Lesson 10](../10-types/README.md). Each word goes in
  //: as its embedding ([Lesson 01](../01-notation/README.md)), here a column of only two learned numbers. These are five of the 400 training
  //: reviews:

  // page: off
  show(reviews.examples())
  // page: on

  //: This is our rule. Begin at 3 stars. *Good* adds one, *very good* two, and *not good* and *not very good* take one away. With *bad* it's the other way
  //: round, and words such as *usual* change nothing. If there are two clauses, only the one after *but* or before *although* counts, and *very* then makes
  //: no difference.
  //:
  //: The baseline always gives the commonest number of stars. And how much do the words tell without their order? We train a second network of the same kind, from the start, with the words of each
  //: review in alphabetical order.

  let reader = Classifier(
    layer: Embedded(embedding(reviews.wordCount, 2), gru(2, 32)), output: dense(32, 5))
  let inOrder = reviews.train(reader)
  let alphabetical = reviews.train(reader, sorted: true)
  let answers = reviews.stars(inOrder)

  // page: off
  let accuracy = share(answers, equalTo: reviews.rightStars)
  let accuracyWithoutOrder = share(reviews.stars(alphabetical, sorted: true), equalTo: reviews.rightStars)
  let commonest = shareOfCommonest(reviews.rightStars)
  show(
    Table(
      ["held-out reviews", "right"], varying: ["right"],
      rows: [
        ["always the commonest", percent(commonest)],
        ["the network, words in alphabetical order", percent(accuracyWithoutOrder)],
        ["the network", percent(accuracy)],
      ]))
  show(oneOfEach(reviews.cases(answers)), kind: .varies)
  note("sentiment", "right", commonest, accuracy, "the order of the words", accuracyWithoutOrder)
  let embedded = EmbeddedWords(inOrder)
  // page: on
  claim(
    "more than 90 % of the held-out reviews get the right stars; with the words in alphabetical order, 60 % to 80 %",
    accuracy > 0.9 && (0.6...0.8).contains(accuracyWithoutOrder), from: .standard)
  claim(
    "55 % to 65 % of the held-out reviews have two clauses, but at least 90 % of its mistakes are on those",
    (0.55...0.65).contains(reviews.shareWithTwoClauses)
      && 10 * reviews.mistakes(answers).withTwoClauses >= 9 * reviews.mistakes(answers).all,
    from: .standard)

  //: So about three answers in ten depend on the order. The failure is
  //: typical: only six reviews in ten have two clauses, but nearly all mistakes are on those. And what has become of the two numbers of each
  //: word?

  // page: off
  show(embedded.chart(), as: "embedding")
  // page: on

  //: Each point is a word, at its two numbers. The blue pleasant words lie together, far from the orange unpleasant ones. (The green ones change
  //: no star.) *Lovely* and *perfect* have the same effect on the stars, so training pushes them the same way.

  claim(
    "each blue or orange word is nearer to the middle of its own colour than to that of the other", embedded.areApart,
    from: .standard)
  // page: off
}
if runs(.entities) {
  // page: on
  //: ## Named entities: person, place or firm?
  //:
  //: Finding names and their kinds is called **named entity recognition**. Our news is in small letters, *florence* may be a person or a
  //: place, and *apple* a firm or a fruit. The neighbours decide, and they may stand on either side.

  // page: off
  show(entitiesPicture(), as: "entities")
  let news = News(run)
  // page: on

  //: So we use both chains of [Lesson 08](../08-brnn/README.md), and the network gives one tag per word: *many to many, in step*. Here are
  //: five of only 60 training sentences, with each tag behind its name:

  // page: off
  show(news.examples())
  // page: on

  //: Without a network you'd make a list: for each word, the tag that it had most often in training. `entities` collects the names; neighbours with the same tag are one.

  let tagger = news.train(Tagger(layer: both(news.wordCount, 24), output: dense(48, 4)))
  let answers = news.tags(tagger)
  let right = entities(news.rightTags)
  let byNetwork = scores(entities(answers), right)
  let byList = scores(entities(news.tagsOfList()), right)

  // page: off
  let rows = [("the lazy program", news.noTags()), ("the list", news.tagsOfList()), ("the network", answers)].map {
    name, tags in
    let names = scores(entities(tags), right)
    return [
      name, percent(news.accuracy(tags)), String(format: "%.2f", names.precision), String(format: "%.2f", names.recall),
      String(format: "%.2f", names.F1), percent(news.accuracy(tags, withPadding: true)),
    ]
  }
  let columns = ["right words", "precision", "recall", "F1", "right if padding counts"]
  show(Table(["held-out sentences"] + columns, varying: columns, rows: rows))
  // page: on

  //: The last column is a mistake on purpose. The sentences are padded to equal length, and there everybody "correctly" says that there's no
  //: name. If you count words, count real tokens only: that's **accuracy over real tokens**, the first column. But there even the list is right for nearly nine words in ten. F1
  //: is less kind: it gives the lazy program 0, and the list gets a third of the names wrong. It can't know which *jordan* is meant. The network
  //: can.

  // page: off
  show(oneOfEach(news.cases(answers)), kind: .varies)
  note("named entities", "F1", byList.F1, byNetwork.F1)
  // page: on
  claim(
    "the lazy program has 60 % to 70 % of the words right, and more than 80 % with padding; its F1 is 0",
    (0.6...0.7).contains(news.accuracy(news.noTags())) && news.accuracy(news.noTags(), withPadding: true) > 0.8,
    from: .standard)
  claim(
    "the list has 84 % to 88 % of the words right, but an F1 below 0.75; the F1 of the network is above 0.85",
    (0.84...0.88).contains(news.accuracy(news.tagsOfList())) && byList.F1 < 0.75 && byNetwork.F1 > 0.85, from: .standard
  )
  // page: off
}
if runs(.translation) {
  // page: on
  //: ## Translation: French to English
  //:
  //: *la maison noire ne regarde pas un chat* becomes *the black house does not look at a cat*: other lengths, another order.

  // page: off
  show(translationPicture(), as: "writer")
  let french = French(run)
  // page: on

  //: The encoder reads the French sentence backwards, so that its first word comes just before the first English one: a short way for the
  //: gradient (Sutskever et al. 2014). Its last state starts the decoder, which reads what it wrote: *many to many, out of step*.

  // page: off
  show(french.examples())
  // page: on

  //: The baseline is a dictionary, word by word. The metric is **exact match**: a translation counts if every word is right. That's fair here,
  //: since each of our sentences has one translation.

  // fold: A metric for real translations
  //: A real sentence has many translations. The usual metric is **BLEU**: how many words, pairs, triples and fours in a row also stand in a
  //: translation by people?
  // fold end

  //: Short sentences come first: a **curriculum** (Bengio et al. 2009). The `beginner` sees sentences of up to nine French words. What if it never saw longer
  //: sentences? We go on in two ways, for 1,000 steps each: with sentences of all lengths, and with short ones as before.

  let untrained = EncoderDecoder(
    encoder: gru(french.frenchWordCount, 64),
    decoder: LanguageModel(layer: gru(french.englishWordCount, 64), output: dense(64, french.englishWordCount)))
  let beginner = french.train(untrained, upTo: 9, steps: 2_500)
  let onAll = french.translations(french.train(beginner, upTo: 14, steps: 1_000))
  let onShort = french.translations(french.train(beginner, upTo: 9, steps: 1_000))

  // page: off
  let exact = share(onAll, equalTo: french.rightSentences)
  let wordByWord = share(french.wordByWord(), equalTo: french.rightSentences)
  let exactOnShort = share(onShort, equalTo: french.rightSentences)
  show(
    Table(
      ["held-out sentences", "exactly right"], varying: ["exactly right"],
      rows: [
        ["word by word", percent(wordByWord)], ["the network, trained on up to 9 words", percent(exactOnShort)],
        ["the network, trained on all", percent(exact)],
      ]))
  show(oneOfEach(french.cases(onShort), says: "trained on up to 9 words, the network says"), kind: .varies)
  show(french.chart([("trained on all", onAll), ("trained on up to 9 words", onShort)]), as: "translation")
  note("translation", "exact match", wordByWord, exact, "long sentences in training", exactOnShort)
  // page: on

  //: Up to nine words, both curves are high. Then the orange one falls nearly to 0.
  //:
  //: Is that the bottleneck of [Lesson 10](../10-types/README.md), a whole sentence in one state, here of 64 numbers? No! The blue curve says
  //: that 64 numbers are enough for fourteen words of this small language. The orange network just never saw a long sentence. ([Lesson
  //: 14](../14-attention/README.md) finds the bottleneck.)

  claim(
    "trained on all, over 90 % of the sentences of 12 to 14 words are right; trained on up to nine, under 30 %",
    french.share(onAll, lengths: 12...14) > 0.9 && french.share(onShort, lengths: 12...14) < 0.3, from: .standard)
  // page: off
}
if runs(.melody) {
  // page: on
  //: ## Melody: a tune of its own
  //:
  //: Nothing goes in, and a tune comes out: *one to many*, without even the one. A token is a note, such as E4/2, the E above middle C, two eighths long. (Middle C is C4, and below it comes B3.)

  // page: off
  show(melodyPicture(), as: "notes")
  let tunes = Tunes(run)
  // page: on

  //: It's a language model, as in [Lesson 04](../04-language-model/README.md): a note is drawn from ŷ⟨t⟩, and it's the next input. Here are the
  //: first halves of three training tunes, with a stroke after each bar:

  // page: off
  show(tunes.examples())
  // page: on

  //: The first three bars of a line are one motif of four notes, which begins on another note each time. Its rhythm stays, and so do its ups and
  //: downs on the white keys. So if you know the first bar and the fifth note, you know notes 6 to 8. The second half has a motif of its own.
  //:
  //: How would you know that a composer fails? Listening measures your taste. So we count. In bar 1 of the first tune, the second note (E4) is two
  //: white keys above the first (C4). In bar 2, D4 is again two above B3, and it has
  //: the same length as E4 in bar 1: it **follows from the bar before**. (The third and the fourth note are compared
  //: with the first of their bar, too.) Bars 2, 3, 6
  //: and 7 should follow. Without their first notes, that makes twelve notes in a tune.
  //:
  //: The first test: in held-out tunes, for how many of these is the network's likeliest note the right one? The baseline is a bigram: which note
  //: most often comes after this one? The second test: the network composes 20 tunes at temperature 0.5 and 20 at 1.5. How many of the twelve follow there?

  let composer = tunes.train(
    LanguageModel(layer: gru(tunes.noteCount, 64), output: dense(64, tunes.noteCount)))
  let careful = tunes.compose(20, with: composer, temperature: 0.5)
  let bold = tunes.compose(20, with: composer, temperature: 1.5)

  // page: off
  let right = share(tunes.guesses(composer), equalTo: tunes.rightNotes)
  let rightByBigram = share(tunes.guessesOfBigram(), equalTo: tunes.rightNotes)
  let success = careful.first { $0.isPerfect } ?? careful[0], failure = bold.first { !$0.isPerfect } ?? bold[0]
  show(
    Table(
      ["of the notes that should follow from the bar before", "right"], varying: ["right"],
      rows: [
        ["held-out tunes: the bigram guesses", percent(rightByBigram)],
        ["held-out tunes: the network guesses", percent(right)],
        ["the network's own tunes, temperature 0.5: follow", percent(careful.shareRight)],
        ["the network's own tunes, temperature 1.5: follow", percent(bold.shareRight)],
      ]))
  show("a success, \(success.repeated) of \(success.asked) follow (with a star)", success.text, kind: .varies)
  show("a failure, \(failure.repeated) of \(failure.asked)", failure.text, kind: .varies)
  show(success.heatmap("A tune that the network composed at temperature 0.5"), as: "melody")
  success.write(besideFigures("melody.mid"))
  note("melody", "notes right", rightByBigram, right)
  // page: on

  //: The figure is the success. Each yellow block is a note, the last eighth of a longer one green, and a grey line ends each bar. Compare
  //: bars 1, 2 and 3: can you see the motif move? Hear it, too: play `melody.mid`, beside the figures of your run. The failure was drawn at 1.5. There,
  //: unlikely notes come too often, and the motif gets lost. (Some of its bars have the wrong length; we count four notes as a bar all the same.)

  claim(
    "of the notes that should follow from the bar before, the network gets more than 95 % right and the bigram fewer than 25 %",
    right > 0.95 && rightByBigram < 0.25, from: .standard)
  claim(
    "in tunes of its own, more than 85 % of these notes follow at temperature 0.5, and fewer than 80 % at 1.5",
    careful.shareRight > 0.85 && bold.shareRight < 0.8, from: .standard)
  // page: off
}
if runs(.captions) {
  // page: on
  //: ## Captions: say what you see
  //:
  //: A picture goes in, a sentence comes out: *a large ring above a small cross*.

  // page: off
  show(captionsPicture(), as: "writer-of-captions")
  let scenes = Scenes(run)
  // page: on

  //: A picture is one column v of 15 · 15 = 225 pixels, with some noise. One layer makes the first state from it, a⟨0⟩ = tanh(W v + b), and a
  //: language model writes. In the code, that's a `generator`. Captions of five training pictures:

  // page: off
  show(scenes.examples())
  // page: on

  //: Without looking at the picture, you still get many words right: the first is always *a*, and each shape is one of four. So a blind network can look good, by the words. But there are more than a hundred different captions, so it hardly ever gets a whole one right. The check: **shuffle the pictures**. Show the trained network picture 2, say, and compare what it writes with
  //: caption 1.

  let writer = scenes.train(
    generator(225, LanguageModel(layer: gru(scenes.wordCount, 64), output: dense(64, scenes.wordCount))))
  let answers = scenes.captions(writer, of: scenes.pictures)
  let blind = scenes.captions(writer, of: scenes.shuffledPictures)

  // page: off
  let exact = share(answers, equalTo: scenes.rightCaptions)
  let exactBlind = share(blind, equalTo: scenes.rightCaptions)
  let commonest = scenes.commonestCaption()
  let exactCommonest = share(commonest, equalTo: scenes.rightCaptions)
  show(
    Table(
      ["held-out pictures", "captions exactly right", "words right, place by place"],
      varying: ["captions exactly right", "words right, place by place"],
      rows: [
        ("always the commonest caption", commonest), ("the network, pictures shuffled", blind),
        ("the network", answers),
      ].map {
        [$0, percent(share($1, equalTo: scenes.rightCaptions)), percent(scenes.wordsRight($1))]
      }))
  show(oneOfEach(scenes.cases(answers)), kind: .varies)
  show(scenes.heatmap(answers), as: "captions")
  note("captions", "exact match", exactCommonest, exact, "the right picture", exactBlind)
  // page: on

  //: With shuffled pictures, more than 40 % of the words are "right", but hardly any caption. So count whole captions. With the right pictures
  //: most are correct: the network does look.
  //:
  //: The figure shows the success and the failure. Most often the shape of something small is wrong. A small ring is a small square without the pixel in its middle.

  claim("in training, there are more than a hundred different captions", scenes.captionCount > 100, from: .standard)
  claim(
    "right pictures: over 60 % of the captions are right; shuffled: under 5 %, but over 40 % of the words",
    exact > 0.6 && exactBlind < 0.05 && scenes.wordsRight(blind) > 0.4, from: .standard)
  claim(
    "of the wrong captions, more than half have the wrong shape for something small",
    scenes.shareOfSmallShapes(answers) > 0.5,
    from: .standard)
  // page: off
}
if runs(.dna) {
  // page: on
  //: ## DNA: where are the genes?
  //:
  //: DNA is a chain of four bases: A, C, G and T. A gene begins with ATG. From there you read three bases at a time, and the first TAA, TAG or
  //: TGA among these threes ends it. If there is none, this ATG begins no gene. Behind a gene, you search for the next ATG.

  // page: off
  show(dnaPicture(), as: "bases")
  let genes = Genes(run)
  // page: on

  //: For each base we want to know: is it in a gene? (\* for yes, · for no.) Again we use both chains: at the A you don't know yet whether TG will
  //: follow, nor whether an end will come. Three training strands, with the answers below:

  // page: off
  show(genes.examples())
  // page: on

  //: The baseline is a search as you'd type it into an editor: from each ATG to the next TAA, TAG or TGA behind it. It doesn't count by three, so it falls for a **false stop**: a TAA, TAG or TGA across two threes behind the ATG, like the one in GTT AAG of the first strand. (The TGA in ATGA is none: it begins inside the ATG.) To see what the second chain is worth, we also train a
  //: network that reads forwards only, with a few more parameters. Precision, recall and F1 are those of whole genes.

  let twoChains = genes.train(Tagger(layer: both(4, 32), output: dense(64, 2)), "both ways")
  let oneChain = genes.train(Tagger(layer: gru(4, 48), output: dense(48, 2)), "forwards only")
  let answers = genes.tags(twoChains)
  let right = entities(genes.rightTags)
  let found = scores(entities(answers), right)
  let foundForwards = scores(entities(genes.tags(oneChain)), right)
  let foundBySearch = scores(entities(genes.tagsOfSearch()), right)

  // page: off
  let rows = [
    ("always \"no gene\"", genes.noTags()), ("the search", genes.tagsOfSearch()),
    ("the network, forwards only", genes.tags(oneChain)),
    ("the network", answers),
  ]
  let measures = ["bases right", "precision", "recall", "F1"]
  show(
    Table(
      ["held-out strands"] + measures, varying: measures,
      rows: rows.map { name, tags in
        let of = scores(entities(tags), right)
        return [name, percent(genes.accuracy(tags))]
          + [of.precision, of.recall, of.F1].map { String(format: "%.2f", $0) }
      }))
  let (bySearch, byNetwork) = (genes.found(genes.tagsOfSearch()), genes.found(answers))
  let groups = ["without a false stop", "with a false stop"]
  show(
    Table(
      ["genes found whole"] + groups, varying: groups,
      rows: [("the search", bySearch), ("the network", byNetwork)].map {
        [$0, percent($1.plain), percent($1.misleading)]
      }
    ))
  show("a success", genes.shown(answers, isRight: true), kind: .varies)
  show("a failure", genes.shown(answers, isRight: false), kind: .varies)
  note("DNA", "F1", foundBySearch.F1, found.F1, "the future (forwards only)", foundForwards.F1)
  // page: on

  //: Forwards only, the network must answer at the A, before the TG has come. It marks the G of nearly all genes. But at the A it can only guess, and often misses it. And it can't see whether an end will come. So few genes are whole.
  //:
  //: With both chains, more than nine bases in ten are right, but F1 is only about 0.6. One wrong base tears a gene in two, or moves its end.
  //: Too strict? A gene is the recipe for a protein, and nobody can use half a recipe.
  //:
  //: The search has fewer bases right, but nearly the same F1! Of the genes without a false stop it finds nearly all, of those with one
  //: hardly any. The network finds about half of these, so it has begun to count by three. But it also marks pieces of genes, or genes with a wrong end.
  //:
  //: A program that counts by three would always be right, for that's how we made the data. Don't train a network for a rule that you know.

  claim(
    "reading both ways, more than 90 % of the bases are right, and the F1 of whole genes is between 0.45 and 0.8",
    genes.accuracy(answers) > 0.9 && (0.45...0.8).contains(found.F1), from: .standard)
  claim(
    "of the genes with a false stop, the search finds fewer than 5 %, the network more than 40 %; of the others, the search finds over 90 %",
    bySearch.misleading < 0.05 && byNetwork.misleading > 0.4 && bySearch.plain > 0.9, from: .standard)
  claim(
    "of the network's wrong genes, more than half overlap with a right one",
    genes.shareOfPieces(answers) > 0.5,
    from: .standard)
  claim(
    "reading forwards only, the G of ATG is marked in over 90 % of the genes, the A in under 60 %; the F1 is below 0.3",
    genes.marked(genes.tags(oneChain), place: 2) > 0.9 && genes.marked(genes.tags(oneChain), place: 0) < 0.6
      && foundForwards.F1 < 0.3 && oneChain.parameterCount > twoChains.parameterCount,
    from: .standard)
  // page: off
}
if runs(.speech) {
  // page: on
  //: ## Speech: one word at a time
  //:
  //: A sound goes in, a word comes out. The words are *opts*, *post*, *pots*, *spot*, *stop* and *tops*, all of the same four letters. The
  //: voices are made of tones, and differ in pitch and pace. We cut a sound into **frames** of 15 milliseconds. A frame is a column of ten
  //: numbers: how loud it is in each of ten ranges of pitch.

  // page: off
  show(speechPicture(), as: "frames")
}
// page: on

//: The metric of speech is the **word error rate**. How many words must be changed, inserted or deleted to turn what was heard into what was
//: said? Divide that by the number of words said. Say *stop the post*, and *spot post* is heard: one word is wrong, one is missing, and the rate
//: is 2 / 3 = 67 %. For single words, as here, it's just the share of wrong words.

// fold: How the errors in a sentence are counted
//: Begin with shorter sentences: each cell of this table has the fewest errors for what was said so far (the rows) and heard so far (the
//: columns).

// page: off
show(errorTable(split("stop the post"), split("spot post")))
// page: on

//: There are three ways into a cell. From the left: one more word was heard, which is too many, +1. From above: one more word was said, which
//: is missing, +1. Diagonally: one more was said and heard, +1 if they differ and +0 if not. Take the cheapest. The last cell is 2: diagonally from the 2 in row *stop the*, column *spot*: both go on with *post*. The code keeps one row at a time.

func errors(_ said: [String], _ heard: [String]) -> Int {
  var row = Array(0...heard.count)  // nothing said: each word heard is too many
  for word in said {
    var next = [row[0] + 1]  // nothing heard: each word said is missing
    for (j, other) in heard.enumerated() {
      let changed = row[j] + (word == other ? 0 : 1)
      next.append(min(changed, row[j + 1] + 1, next[j] + 1))  // or missing, or too many
    }
    row = next
  }
  return row[heard.count]
}

claim(
  "*spot post* for *stop the post* is two errors, a word error rate of 67 %",
  errors(split("stop the post"), split("spot post")) == 2)
// fold end

// page: off
if runs(.speech) {
  let sounds = Sounds(run)
  // page: on
  //: Here are two of the sounds:

  // page: off
  show(sounds.heatmap(["stop", "pots"]), as: "speech")
  // page: on

  //: Each column is a frame, each row a band, and yellow is loud. Find the *s* high up, at the left in *stop*, at the right in *pots*. The long
  //: *o* is further down. The same four sounds in another order, from two voices! So whoever doesn't look at the order can only guess one of six. To check that, we
  //: train the same network with the frames of each sound shuffled.

  let ear = Classifier(layer: gru(10, 32), output: dense(32, 6))
  let answers = sounds.heard(sounds.train(ear))
  let shuffled = sounds.heard(sounds.train(ear, shuffled: true), shuffled: true)

  // page: off
  let rate = 1 - share(answers, equalTo: sounds.said)
  let rateShuffled = 1 - share(shuffled, equalTo: sounds.said)
  show(
    Table(
      ["held-out voices", "word error rate"], varying: ["word error rate"],
      rows: [
        ["a guess", percent(5 / 6)], ["the network, frames shuffled", percent(rateShuffled)],
        ["the network", percent(rate)],
      ]))
  show(oneOfEach(sounds.cases(answers)), kind: .varies)
  note("speech", "word error rate", 5 / 6, rate, "the order of the frames", rateShuffled)
  // page: on
  claim(
    "in new voices, the word error rate is below 5 %; with shuffled frames it's above 60 %",
    rate < 0.05 && rateShuffled > 0.6,
    from: .standard)

  // fold: How a whole sentence is recognised
  //: Isolated words are an easy case: one answer per sound. In a sentence nobody says where a word or a letter begins, so input and output are
  //: out of step. One solution is **CTC** (Graves et al. 2006). The network answers at every frame, with a letter or a *blank*. Then equal
  //: neighbours are merged and blanks removed, so *ss–t–oo–p* becomes *stop*. The loss is minus the log of the summed probabilities of all
  //: ways to spell the text.
  // fold end
  // page: off
}
if runs(.video) {
  // page: on
  //: ## Video: which way does it go?
  //:
  //: Eight frames go in, a direction comes out, one of eight: *many to one* again. A frame is a picture of 8 · 8 pixels, with a dot and some
  //: noise. The dot moves by one pixel per frame, and if it leaves on the right, it comes in again on the left.

  // page: off
  show(videoPicture(), as: "film")
  let films = Films(run)
  show(films.examples())
  // page: on

  //: Each line is a film. One frame tells you nothing. And all eight without their order? A dot that moves to the right visits all eight places
  //: of its row, and so does one that moves to the left. You know the line, but not which way, so at best half of the answers are right. We
  //: check that with the frames of each film shuffled.

  let eye = Classifier(layer: gru(films.pixelCount, 64), output: dense(64, 8))
  let answers = films.directions(films.train(eye))
  let shuffled = films.directions(films.train(eye, shuffled: true), shuffled: true)

  // page: off
  let accuracy = share(answers, equalTo: films.rightDirections)
  let accuracyShuffled = share(shuffled, equalTo: films.rightDirections)
  show(
    Table(
      ["held-out films", "right"], varying: ["right"],
      rows: [
        ["a guess", percent(1 / 8)], ["the network, frames shuffled", percent(accuracyShuffled)],
        ["the network", percent(accuracy)],
      ]))
  show(oneOfEach(films.cases(answers)), kind: .varies)
  show(films.heatmap(answers), as: "video")
  note("video", "right", 1 / 8, accuracy, "the order of the frames", accuracyShuffled)
  // page: on

  //: Follow the bright dot through the first four frames of the failure. No training film starts at this place *and* goes this way: we held
  //: that pair out. But each of its steps, from pixel to pixel, occurs in films that start elsewhere, and mostly that's enough. Not here.

  claim(
    "more than 70 % of the held-out films get the right direction; with shuffled frames, fewer than 50 %",
    accuracy > 0.7 && accuracyShuffled < 0.5,
    from: .standard)
  claim(
    "each step of the held-out films, from pixel to pixel, occurs in training films", films.knowsEveryStep,
    from: .standard)
  // page: off
}
if part(runsAll) {
  // page: on
  //: ## Break it: all eight in one table
  //:
  //: From six of the applications we also took one thing away:

  // page: off
  show(resultTable(), kind: .varies)
  // page: on

  //: Compare within a row only: each has a metric of its own. (A word error rate is good if it's low.) The last column tells you what a job *needs*: the order, the future, long sentences in training. (The captions' network wasn't trained again, so there it's what this network uses: the picture.) If a score hardly changes when you take the order away, or the picture, something simpler
  //: will do.

  claim(
    "in every application but DNA, the network is better than the baseline",
    results.allSatisfy { $0.name == "DNA" || $0.isAboveBaseline },
    from: .standard)

  // fold: In your notes
  //: - **Ng's notes** (001, "Why sequence models") list seven: speech recognition, music generation, sentiment classification, DNA sequence analysis, machine translation,
  //:   video activity recognition and name entity recognition. Captions come from **6.S191** (002, "RNN Applications") and from Ng's notes (004, "不同类型的RNNS"), where they are the
  //:   example of *one to many*.
  //: - **Ng's notes** (004) judge a text as positive or negative. Ng's course also has one to five stars, as here.
  //: - **Ng's notes** (004) have *video classification* for many to many, in step: a label per frame. One label for the whole film, as here, is many to one.
  //: - **Goodfellow** (003; section 10.4 in the book) has encoder and decoder; figure 10.9 gives a picture to the network at *every* step. We use it for the first
  //:   state only. (Vinyals et al. 2015 also show it once, as the first input.)
  //: - A speech recogniser that writes a sentence is many to many, but not in step: hence CTC. (The notes only name the task.)
  // fold end

  //: ## Your turn
  //:
  //: 1. A program looks for persons. In the test sentences there are 40. It finds 50 names, and 30 of them are right. What are precision, recall and F1?

  // fold: Answer
  //: Precision is 30/50 = 0.6 and recall 30/40 = 0.75. F1 = 2 · 0.6 · 0.75 / (0.6 + 0.75) = 0.67. It lies between both, a bit nearer to the
  //: lower one.

  // page: off
  let f1 = 2 * 0.6 * 0.75 / (0.6 + 0.75)
  // page: on
  claim("F1 is 0.67", abs(f1 - 0.667) < 0.001)
  // fold end

  //: 2. *the tops spot a stop* was said, and *tops spot a pot stop* was heard. What's the word error rate? Can it be more than 100 %?

  // fold: Answer
  //: *the* is missing and *pot* is too many: two errors, five words said, 40 %. And yes, if many words are heard that nobody said. If you say
  //: *stop* and *spot a pot* is heard, that's one word changed and two too many: 300 %.

  claim(
    "it's two errors in five words; *spot a pot* for *stop* is three errors in one",
    errors(split("the tops spot a stop"), split("tops spot a pot stop")) == 2
      && errors(split("stop"), split("spot a pot")) == 3)
  // fold end

  //: 3. A tagger is right at 99 of 100 words, independently of each other. How many sentences of ten words have no error? And how right must it be per
  //:    word if 99 of 100 *sentences* are to have none?

  // fold: Answer
  //: 0.99¹⁰ = 0.904, so nine in ten. For 0.99 per sentence it takes 0.99^(1/10) = 0.999 per word. Whole answers are a hard metric, as you saw
  //: with the genes.

  claim(
    "0.99¹⁰ is 0.904, and 0.99^(1/10) is 0.999", abs(pow(0.99, 10) - 0.904) < 5e-4 && abs(pow(0.99, 0.1) - 0.999) < 5e-4
  )
  // fold end

  //: ## In short
  //:
  //: The same few networks do eight different jobs; what differs is what goes in, where we ask for an answer, and how we count. A score means
  //: nothing without a baseline. Choose the metric for what you need: whole names rather than words, whole genes rather than bases. To see what a job needs, take one thing away and measure again.
  //:
  //: Try next:
  //:
  //: ```sh
  //: swift run Lesson11 --seed 2 melody  # another tune
  //: swift run Lesson11 --ascii dna      # drawn in the terminal
  //: swift run Lesson11 --full video     # more training
  //: ```
  //:
  //: The names are `sentiment`, `entities`, `translation`, `melody`, `captions`, `dna`, `speech` and `video`. The types of network are from
  //: [Lesson 10](../10-types/README.md). Three questions are left. Who can remember for a hundred steps ([Lesson
  //: 12](../12-long-memory/README.md))? Why may your GRU look different from ours ([Lesson 13](../13-forms/README.md))? And what if the
  //: translator may look back ([Lesson 14](../14-attention/README.md))?
  // page: off
}
// page: on

end()
