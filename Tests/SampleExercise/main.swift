// An exercise in which everything goes wrong that can, for the tests of the marker.

import Foundation
import Marker
import SequenceModels

typealias Pair = (W: Columns, x: Columns)

let inputs: [(String, Pair)] = [
  ("two units", (Columns([[1, 2], [3, 4]]), Columns(column: [1, -1]))),
  ("three units", (Columns([[0, 1, 2], [3, 5, 8], [1, 1, 4]]), Columns(column: [3, 1, 2]))),
]

func check(_ name: String, _ yours: @escaping (Columns, Columns) -> Columns) -> Check {
  Check(
    name, inputs: inputs, parts: { [Part("product", $0)] }, yours: { yours($0.W, $0.x) }, solution: { $0.W * $0.x },
    library: { $0.W * $0.x },
    mistakes: [
      Mistake("You use W transposed.") { $0.W.transposed * $0.x }, Mistake("You leave W out.") { $0.x },
      Mistake("You add.") { $0.W + $0.x }, Mistake("Only the second row is there.") { ($0.W * $0.x).rows(1..<2) },
    ],
    hints: ["The first hint.", "The second hint."])
}

/// The product in loops.
func loops(_ W: Columns, _ x: Columns) -> Columns {
  var product = Columns(rows: W.rows, columns: x.columns)
  for i in 0..<W.rows {
    for j in 0..<x.columns {
      for k in 0..<W.columns { product[i, j] += W[i, k] * x[k, j] }
    }
  }
  return product
}

func endless(_ W: Columns, _ x: Columns) -> Columns {
  var count = 0.0
  while count >= 0 { count += 1e-9 }
  return count * x
}

func deeper(_ x: Columns) -> Columns { x.count < 0 ? x : deeper(x + x) + x }

Exercise(
  "00", "everything that can go wrong",
  [
    check("loops", loops), check("missing") { _, _ in unwritten() }, check("turned") { $0.transposed * $1 },
    check("shape") { ($0 * $1).transposed }, check("trap") { $1 * $0 }, check("endless", endless),
    check("notANumber") { ($0 * $1).map { ($0 * -1 - 1e9).squareRoot() } }, check("twice") { 2 * ($0 * $1) },
    check("sign") { -1 * ($0 * $1) }, check("deeper") { _, x in deeper(x) }, check("leaves") { _, _ in exit(0) },
    check("talks") { W, x in
      print("W has \(W.rows) rows")
      return W * x + x
    },
    check("outOfRange") { _, x in Columns(column: [x.elements[7]]) },
    check("endlessWords") { _, x in
      while true { print("on and on") }
      return x
    },
  ]
).run()
