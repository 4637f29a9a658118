// Which form is it? A file with weights, inputs and outputs of somebody's cell, and the form that makes the same outputs.

import Foundation
import Notebook
import SequenceModels

/// Somebody's cell: its weights, and what it has made of an input.
struct Sample {
  let blocks: Blocks
  /// Step by step, with a column for each example: x⟨t⟩ and the outputs.
  let x: [Columns], outputs: [Columns]
  /// The states before the first step.
  let a: Columns, c: Columns

  var units: Int { a.rows }

  /// The same input and outputs, with other weights.
  func with(_ blocks: Blocks) -> Sample { Sample(blocks: blocks, x: x, outputs: outputs, a: a, c: c) }

  /// How much two computations in single precision may differ by rounding alone.
  var rounding: Double { 1e-5 * max(1, outputs.flatMap(\.elements).map(abs).max()!) }

  /// The largest difference between an output here and the one that `form` makes of these weights. Once that is above `bound`, it looks
  /// no further.
  func difference(from form: Form, rows: [Int], bound: Double = .infinity) -> Double {
    let weights = blocks.arranged(rows)
    var (state, largest) = ((a: a, c: c), 0.0)
    for (x, output) in zip(x, outputs) where largest <= bound {
      state = form.step(weights, x, state.a, state.c)
      largest = max(largest, state.a.largestDifference(from: output))
    }
    return largest
  }

  /// A form, the order of rows with which it comes nearest, and how near.
  struct Fit {
    let form: Form
    let rows: [Int]
    let difference: Double

    /// The order of the rows in the file.
    var order: String { rows.indices.map { form.roles[rows.firstIndex(of: $0)!] }.joined(separator: ", ") }
  }

  /// Every form that these weights can have, each with its best order of rows, the nearest first.
  func fits() -> [Fit] {
    let orders = permutations(of: Array(blocks.Wx.indices))
    let hasBias = (blocks.bx + blocks.ba).contains { $0.elements.contains { $0 != 0 } }
    let forms = Form.all(blocks: blocks.Wx.count, hasBias: hasBias, hasPeepholes: !blocks.p.isEmpty)
    return forms.map { form in
      orders.reduce(Fit(form: form, rows: orders[0], difference: .infinity)) { best, rows in
        let difference = difference(from: form, rows: rows, bound: best.difference)
        return difference < best.difference ? Fit(form: form, rows: rows, difference: difference) : best
      }
    }.sorted { $0.difference < $1.difference }
  }
}

/// All orders of these numbers.
func permutations(of numbers: [Int]) -> [[Int]] {
  if numbers.isEmpty { return [[]] }
  return numbers.flatMap { first in permutations(of: numbers.filter { $0 != first }).map { [first] + $0 } }
}

// MARK: - The file

/// What is wrong with a file.
struct FileFault: LocalizedError {
  let path: String, reason: String
  var errorDescription: String? { "\(path): \(reason)" }
}

extension Sample {
  /// So many steps and examples are enough to tell the forms apart; of a larger file these are looked at.
  static let (mostSteps, mostExamples) = (20, 4)
  private static let names = [
    "x", "output", "weight_ih", "weight_hh", "bias_ih", "bias_hh", "peephole", "h0", "c0",
  ]

  /// Reads a safetensors file. Throws where it is none, or where its tensors are not those of a cell.
  init(contentsOf path: String) throws {
    let file = try Safetensors(contentsOf: path)
    func fault(_ reason: String) -> FileFault { FileFault(path: path, reason: reason) }
    var tensors: [String: Safetensors.Tensor] = [:]
    for (name, tensor) in file.tensors.sorted(by: { $0.key < $1.key }) {
      let own = name.hasSuffix("_l0") ? String(name.dropLast(3)) : name
      guard Self.names.contains(own), tensors[own] == nil else {
        throw fault(
          "“\(name.prefix(60))” is not a tensor that --identify reads; these are \(Self.names.joined(separator: ", ")), "
            + "with or without _l0, of one layer")
      }
      guard tensor.elements.allSatisfy(\.isFinite) else {
        throw fault("“\(name)” holds numbers that are not finite (NaN or infinity)")
      }
      tensors[own] = tensor
    }
    /// The tensor, once its shape is `shape`, in which nil stands for any length.
    func tensor(_ name: String, _ meaning: String, _ shapes: [[Int?]]) throws -> Safetensors.Tensor {
      guard let tensor = tensors[name] else { throw fault("there is no “\(name)” in it: \(meaning)") }
      let fits = shapes.contains { shape in
        shape.count == tensor.shape.count && zip(shape, tensor.shape).allSatisfy { $1 > 0 && ($0 ?? $1) == $1 }
      }
      guard fits else { throw fault("“\(name)” has the shape \(tensor.shape), and it should be \(meaning)") }
      return tensor
    }

    let Wa = try tensor("weight_hh", "the weights of the state, [blocks · units, units]", [[nil, nil]])
    let units = Wa.shape[1]
    let count = Wa.shape[0] / units
    guard Wa.shape[0] == count * units, (2...4).contains(count) else {
      throw fault(
        "“weight_hh” has the shape \(Wa.shape), and it should have 2, 3 or 4 times as many rows as columns: a block for each "
          + "gate, and one for the candidate")
    }
    let rows = count * units
    let Wx = try tensor("weight_ih", "the weights of the input, [\(rows), inputs]", [[rows, nil]])
    let inputs = Wx.shape[1]
    let x = try tensor(
      "x", "the input, [steps, \(inputs)] or [steps, examples, \(inputs)]", [[nil, inputs], [nil, nil, inputs]])
    let shape = Array(x.shape.dropLast()) + [units]
    let output = try tensor("output", "what the cell puts out at every step, \(shape)", [shape])
    let (steps, examples) = (x.shape[0], x.shape.count == 3 ? x.shape[1] : 1)
    let seen = 0..<min(examples, Self.mostExamples)

    func vector(_ name: String, _ count: Int) throws -> [Columns] {
      let size = count * units
      guard tensors[name] != nil else { return Array(repeating: Columns(rows: units, columns: 1), count: count) }
      let bias = try tensor(name, "[\(size)]", [[size], [size, 1], [count, units]])
      return Self.blocks(of: Columns(rows: size, columns: 1, elements: bias.elements.map(Double.init)), count)
    }
    func state(_ name: String) throws -> Columns {
      guard tensors[name] != nil else { return Columns(rows: units, columns: seen.count) }
      let state = try tensor(
        name, "the state before the first step, [\(examples), \(units)]",
        [[examples, units], [1, examples, units]] + (examples == 1 ? [[units]] : []))
      return Columns(rows: examples, columns: units, elements: state.elements.map(Double.init)).transposed.columns(seen)
    }
    for name in ["peephole", "c0"] where tensors[name] != nil && count != 4 {
      throw fault("“\(name)” belongs to an LSTM, whose weights have 4 blocks of rows, and these have \(count)")
    }
    func sequence(_ tensor: Safetensors.Tensor, _ size: Int) -> [Columns] {
      (0..<min(steps, Self.mostSteps)).map { t in
        let step = tensor.elements[t * examples * size..<(t + 1) * examples * size]
        return Columns(rows: examples, columns: size, elements: step.map(Double.init)).transposed.columns(seen)
      }
    }
    func weights(_ tensor: Safetensors.Tensor) -> [Columns] {
      Self.blocks(
        of: Columns(rows: rows, columns: tensor.shape[1], elements: tensor.elements.map(Double.init)), count)
    }
    blocks = Blocks(
      Wx: weights(Wx), Wa: weights(Wa), bx: try vector("bias_ih", count), ba: try vector("bias_hh", count),
      p: tensors["peephole"] == nil ? [] : try vector("peephole", count - 1))
    (self.x, outputs) = (sequence(x, inputs), sequence(output, units))
    a = try state("h0")
    c = count == 4 ? try state("c0") : a
  }

  private static func blocks(of matrix: Columns, _ count: Int) -> [Columns] {
    let size = matrix.rows / count
    return (0..<count).map { matrix.rows($0 * size..<($0 + 1) * size) }
  }

  // MARK: - The lesson's own cells

  private static let ownFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/cells"

  /// The cells that the lesson has itself, by name.
  static var ownNames: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: ownFolder)) ?? []
    return files.filter { $0.hasSuffix(".safetensors") }.map { String($0.dropLast(12)) }.sorted()
  }

  /// The cell of the lesson that has this name.
  static func stored(_ name: String) -> Sample {
    attempt { try Sample(contentsOf: "\(ownFolder)/\(name).safetensors") }
  }

  /// The cell in the file at `path`; where there is no such file, the lesson's own cell of this name.
  static func named(_ path: String) throws -> Sample {
    do throws(StorageError) {
      _ = try Safetensors(contentsOf: path)
    } catch .missing where ownNames.contains(path) {
      return stored(path)
    } catch .missing {
      throw FileFault(
        path: path, reason: "there is no such file (the lesson's own cells are \(ownNames.joined(separator: ", ")))")
    }
    return try Sample(contentsOf: path)
  }
}

// MARK: - The answer

extension Sample {
  /// What the file holds, which form makes its outputs, and the table of the nearest forms.
  func answer(for path: String) -> (lines: [String], table: Table) {
    let fits = fits()
    let right = fits.prefix { $0.difference <= rounding }
    func count(_ number: Int, _ things: String) -> String {
      "\(number) \(number == 1 ? String(things.dropLast()) : things)"
    }
    let sizes = [
      count(units, "units"), count(blocks.Wx[0].columns, "inputs"), count(x.count, "steps"),
      count(a.columns, "examples"),
    ].joined(separator: ", ")
    var lines = ["\(path): \(sizes)"]
    switch right.count {
    case 0:
      lines += [
        "NONE of the \(fits.count) forms known for such weights.",
        "The nearest is \(fits[0].form).",
        "With it, an output is off by \(scientific(fits[0].difference)).",
        "Rounding alone stays below \(scientific(rounding)).",
        "Before you look at the cell: is x [time, example, input]? Did it start from a state of 0, or are h0 and c0 in the file? "
          + "Was it in evaluation mode, without dropout?",
      ]
    case 1:
      lines += [
        "It is: \(right[0].form).", "The rows of its weights are \(right[0].order).",
        "With this form no output is off by more than \(scientific(right[0].difference)), which is rounding.",
      ]
    default:
      lines += ["The file fits \(right.count) forms equally well, so it cannot tell them apart:"]
      lines += right.map { "\($0.form); rows \($0.order)." }
      lines += ["More steps and units, weights that are not 0, or a state that is not 0 may tell."]
    }
    return (lines, Self.table(fits.prefix(max(4, right.count))))
  }

  /// Forms with their best order of rows and how far off they are.
  static func table(_ fits: some Sequence<Fit>) -> Table {
    Table(
      ["form", "rows", "largest difference"],
      rows: fits.map { [$0.form.description, $0.order, scientific($0.difference)] })
  }
}

/// A number with two significant digits: 0.43, 2.1e-08.
func scientific(_ number: Double) -> String { String(format: "%.2g", number) }
