// What can go wrong when a figure is saved, in words that say what to do about it.

import Files
import Foundation

/// Why a figure could not be saved. What stood in the folder before is unharmed.
public enum PlottingError: Error, Equatable, CustomStringConvertible, LocalizedError {
  /// A figure's name cannot name a file everywhere.
  case invalidName(String)
  /// The folder does not exist and cannot be made.
  case cannotCreateFolder(path: String, reason: String)
  /// A file cannot be written, for the system's `reason`.
  case cannotWrite(path: String, reason: String)
  /// gnuplot refused the script, with its own `message`.
  case gnuplotFailed(script: String, message: String)

  /// What happened and what to do about it.
  public var description: String {
    switch self {
    case .invalidName(let name):
      "“\(name.visible)” cannot name a figure: use letters from a to z, digits, “-” and “_”."
    case .cannotCreateFolder(let path, let reason):
      "The folder \(path.onOneLine) for figures cannot be made: \(reason). "
        + "Choose another folder, or make room for this one."
    case .cannotWrite(let path, let reason):
      "\(path.onOneLine) cannot be written: \(reason). Make room or choose another folder; what was there is unharmed."
    case .gnuplotFailed(let script, let message):
      "gnuplot could not draw \(script.onOneLine):\n\(message)\n"
        + "The script is kept; run “gnuplot \(script.onOneLine)” to look into it."
    }
  }

  /// The same as `description`.
  public var errorDescription: String? { description }
}
