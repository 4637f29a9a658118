// A language whose every probability is known: what is said in a kitchen, a garden and a shop, and how often.

import SequenceModels

extension Grammar {
  /// Everyday sentences about cooks, food and shopping, lower case and without punctuation, 4 to 14 words long.
  ///
  /// There are 20,975,221 of them, made of 233 words.
  ///
  /// A pear is something to eat here and a pair is of gloves, scissors and the like, so the grammar makes "the apple and
  /// pear salad" and gives "the apple and pair salad" the probability 0, though the two sound the same and both words
  /// are common. A verb agrees with its subject across what stands between them ("the basket of pears is heavy", "the
  /// pears that the cook sold are ripe"), `a` and `an` agree with the word that follows, and how long an animal sleeps
  /// depends on the animal ("cats average 15 hours of sleep a day").
  public static let kitchen: Grammar = {
    do {
      return try Grammar(kitchenRules)
    } catch {
      fatalError("the rules of the kitchen are no grammar: \(error)")
    }
  }()

  private static let kitchenRules = """
    Sentence -> [12] Person MakesIt | [8] People MakeIt | [14] Anyone MadeIt
      | [8] TheDish IsHow | [8] Supply IsOneHow | [8] Crops AreHow | [5] Pair IsPairHow
      | [5] Menu | [5] There | [4] Price | [4] Recipe | [4] Average | [2] Comparison

    Person -> [6] the Trade | [2] the Mood Trade | [2] a Trade | [3] Owner Relative
    People -> [6] the Trades | [2] the Mood Trades | [2] Count Trades | [3] Owner Relatives
    Anyone -> [3] Person | [2] People
    Trade -> [4] cook | [2] baker | [2] farmer | [2] gardener | grocer | waiter
    Trades -> [4] cooks | [2] bakers | [2] farmers | [2] gardeners | grocers | waiters
    Mood -> young | busy | hungry | careful | tired
    Owner -> [3] my | [2] our | her | his
    Relative -> [2] mother | [2] father | sister | brother | neighbour
    Relatives -> [3] parents | sisters | brothers | neighbours
    Count -> [3] two | [2] three | four | five

    MakesIt -> [4] Makes Dish Often | [3] Washes Produce Often | [3] Buys Goods Often | [3] Needs Tool Often
      | likes TheDish
    MakeIt -> [4] Make Dish Often | [3] Wash Produce Often | [3] Buy Goods Often | [3] Need Tool Often
      | like TheDish
    MadeIt -> [4] Made Dish Once | [3] Washed Produce Once | [3] Bought Goods Once | [3] Needed Tool Once
      | liked TheDish
    Makes -> [3] makes | [2] serves | shares | eats
    Make -> [3] make | [2] serve | share | eat
    Made -> [3] made | [2] served | shared | ate
    Washes -> [2] washes | peels | slices
    Wash -> [2] wash | peel | slice
    Washed -> [2] washed | peeled | sliced
    Buys -> [2] buys | sells
    Buy -> [2] buy | sell
    Bought -> [2] bought | sold
    Needs -> [3] needs | [2] wants | cleans
    Need -> [3] need | [2] want | clean
    Needed -> [3] needed | [2] wanted | cleaned
    Often -> [5] ε | [3] Place | [3] every Day | Place every Day
    Once -> [5] ε | [3] Place | [3] PastDay | Place PastDay
    Place -> [3] in the kitchen | [2] in the garden | [3] at the market | at home
    Day -> [2] day | morning | evening | sunday
    PastDay -> [2] yesterday | on sunday | this morning

    Dish -> [5] TheDish | [3] a PlainDish | [2] an OpenDish
    TheDish -> [3] the PlainDish | [2] the OpenDish
    PlainDish -> [2] pear Sweet | pear and Partner Sweet | PlainFruit Sweet | PlainFruit and pear Sweet
      | PlainFruit and Partner Sweet | [3] Root Savoury | [2] Root and Herb Savoury
    OpenDish -> OpenFruit Sweet | [2] OpenFruit and pear Sweet | OpenFruit and Partner Sweet
      | onion Savoury | onion and Herb Savoury
    PlainFruit -> [2] plum | peach | cherry
    OpenFruit -> [4] apple | orange
    Partner -> [2] lemon | ginger | walnut | almond
    Sweet -> [4] salad | [3] tart | [2] cake | pie
    Root -> [3] potato | [2] tomato | carrot | leek | pumpkin
    Herb -> [2] garlic | bean | cheese | spinach
    Savoury -> [4] soup | [2] stew | [2] salad | pie
    IsHow -> [3] was Taste | [3] is Taste | is on the table | was too Excess
    Taste -> [3] delicious | [2] sweet | good | fresh | cold | warm
    Excess -> [2] salty | [2] hot | sour | small

    Produce -> [3] the Wares | the ripe Fruits | the Fresh Wares | [2] Count Wares | Owner Wares | [2] Piece
    Goods -> [3] Produce | [2] Supply
    Piece -> [2] a PlainPiece | an OpenPiece
    PlainPiece -> [4] pear | peach | plum | [2] lemon | potato | tomato
    OpenPiece -> [4] apple | [2] orange | [2] onion | egg
    Wares -> [3] Fruits | [2] Vegetables | eggs
    Fruits -> [3] apples | [4] pears | [2] plums | peaches | cherries | [2] lemons | oranges
    Vegetables -> [2] potatoes | [2] tomatoes | [2] onions | carrots | leeks
    Fresh -> [3] fresh | small | cheap
    Supply -> [4] the Vessel of Wares | [2] a Vessel of Wares
    Vessel -> [3] basket | [2] bag | [2] bowl | box
    IsOneHow -> [3] is Condition | [2] was Condition | [2] from the Source is Condition
      | that Anyone Bought was Condition
    Condition -> [2] heavy | [2] cheap | small | full | on the table
    Crops -> [4] the Crop | [2] the Crop in the Vessel | [2] the Crop from the Source | [2] the Crop that Anyone Bought
      | Owner Crop
    Crop -> [3] Fruits | [2] Vegetables
    AreHow -> [3] are State | [2] were State
    State -> [3] ripe | [2] fresh | [2] too small | too expensive | very good | on the table
    Source -> [3] market | [2] garden | farm | shop

    Tool -> [5] Pair | [2] a Single | the Single | an apron | an oven
    Single -> [2] knife | [2] pan | pot | spoon | towel
    Pair -> [5] a pair of Twins | [3] a New pair of Twins | [2] the pair of Twins | [2] the New pair of Twins
    New -> [3] new | second | clean
    Twins -> [3] gloves | [2] scissors | [2] knives | tongs | shoes | boots
    IsPairHow -> [3] is in the Store | [3] was Cheap | [2] costs Euros euros | from the shop was Cheap
    Store -> [2] drawer | cupboard | box
    Cheap -> [2] cheap | too expensive | very good | a present

    Menu -> [4] the OpenFruit and pear Sweet | [2] the OpenFruit and Partner Sweet | the pear and Partner Sweet
      | [2] the Root and Herb Savoury | [4] TheDish with Side
    Side -> [2] bread | [2] cream | rice | butter | honey
    There -> [4] there is Piece Where | [3] there are Count Wares Where | [3] there is a pair of Twins Where
      | [2] there is a Vessel of Wares Where
    Where -> [3] on the table | [2] in the cupboard | near the door
    Price -> [2] how much is TheDish | [3] how much are the Wares | [2] how much is the pair of Twins
      | [3] the Wares cost Euros euros a kilo
    Euros -> 2 | [2] 3 | [2] 4 | 5 | 8 | 12
    Recipe -> the recipe for TheDish needs Ingredient | [2] the PlainDish needs Ingredient
      | the PlainDish needs Count eggs and Ingredient
    Ingredient -> [2] a spoon of Spice | a cup of Liquid
    Spice -> [3] salt | [3] sugar | pepper | cinnamon
    Liquid -> [2] milk | [2] flour | water | oil

    Average -> [4] cats average CatHours hours of sleep a day | [2] dogs average DogHours hours of sleep a day
      | horses average 3 hours of sleep a day | cows average 4 hours of sleep a day
      | Trades average 7 hours of sleep a night | Trades average WorkHours hours of work a day
    CatHours -> 14 | [6] 15 | 16
    DogHours -> 11 | [3] 12 | 13
    WorkHours -> [3] 8 | [2] 9 | 10
    Comparison -> [3] SweetFruits are sweeter than SourGoods | [2] Wares are cheaper than Twins
    SweetFruits -> [3] pears | [2] plums | peaches | cherries
    SourGoods -> [3] lemons | [2] onions | leeks | tomatoes
    """
}
