// A path as its user wrote it.

extension String {
  /// This path in a form that Foundation takes literally: its URLs replace a `~` at the start by the home folder, while
  /// the functions of the system do not, so one path would name two places.
  package var literalPath: String { hasPrefix("~") ? "./" + self : self }
}
