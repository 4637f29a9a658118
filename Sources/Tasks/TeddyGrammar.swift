// "Teddy Roosevelt" and "teddy bears": names that only the words after them tell.

extension TaggedGrammar {
  /// Sentences in which `teddy`, or another of the `teddyWords`, begins the name of a person or of a thing to sell;
  /// lower case, commas as words, 7 to 18 words long. The names of persons are marked.
  ///
  /// | person | thing |
  /// |---|---|
  /// | he said , **teddy roosevelt** was a great president | he said , teddy bears are on sale |
  /// | she said , **teddy** bears the cost | she said , teddy bears near the door are sold out |
  /// | he said , **ruby , rose and jade adams** were good singers | he said , ruby , rose and jade rings are sold out |
  ///
  /// (The comma and the *and* are no part of a name.) Which of the two it is, only the words after it decide, up to
  /// five words later. The words before it make one likelier: after `he` and `she` both are as likely, the historian
  /// and the teacher speak of a person four times in five, the shopkeeper and the tailor of a thing. Lists are as long
  /// and as frequent in both.
  public static let teddies: TaggedGrammar = {
    do {
      return try TaggedGrammar(teddyRules)
    } catch {
      fatalError("the rules of the teddies are no grammar: \(error)")
    }
  }()

  /// The words of `teddies` that begin a person or a thing.
  public static let teddyWords: Set = ["teddy", "rose", "ruby", "amber", "olive", "jade"]

  private static let teddyRules = """
    Sentence -> When Anyone said , Either | When Expert said , Mostly | When Seller said , Rarely
    When -> [2] ε | yesterday | last week
    Anyone -> he | she
    Expert -> the historian | the teacher
    Seller -> the shopkeeper | the tailor
    Either -> Person | Thing
    Mostly -> [4] Person | Thing
    Rarely -> Person | [4] Thing
    Person -> Name Surname was One | Name Does | Name1 and Name2 Surname were Many
      | Name1 , Name2 and Name3 Surname were Many
    Name -> teddy* | rose* | ruby* | amber* | olive* | jade*
    Name1 -> teddy* | ruby*
    Name2 -> rose* | amber*
    Name3 -> olive* | jade*
    Surname -> roosevelt* | miller* | adams*
    One -> a great president | a good singer | born in the old town
    Many -> great friends | good singers | born in the old town
    Does -> bears the cost Again | rings the bell Again | coats the cake Again | covers the table Again
    Again -> ε | again | every week
    Thing -> [2] Kind Goods | Kind1 and Kind2 Goods | Kind1 , Kind2 and Kind3 Goods
    Kind -> teddy | rose | ruby | amber | olive | jade
    Kind1 -> teddy | ruby
    Kind2 -> rose | amber
    Kind3 -> olive | jade
    Goods -> Article Where are State
    Article -> bears | rings | coats | covers
    Where -> [2] ε | in the window | near the door
    State -> on sale | too small | sold out
    """
}
