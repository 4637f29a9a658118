// Where things stand in an image: the part that a figure may fill, its frame, and the texts around that.

/// A text around a frame, in lines: a title, or the label of an axis.
struct Caption {
  let lines: [String]
  /// Whether it is drawn letter for letter; the label of an axis has subscripts.
  private let isTitle: Bool
  /// How high they are together, in pixels.
  let depth: Double

  /// `text` in two lines at most, or three of a title, all about as long, where there are so many `pixels`.
  init(_ text: String, pixels: Double, isTitle: Bool = false) {
    let most = isTitle ? 3 : 2
    var width = max(1, Int(pixels - 16) / 9)
    let count = text.wrapped(to: width).count
    while 2...most ~= count && width > 8 && text.wrapped(to: width - 1).count == count { width -= 1 }
    (lines, self.isTitle) = (text.wrapped(to: width, lines: most), isTitle)
    depth = text.isEmpty ? 0 : Text.line * Double(lines.count)
  }

  /// What a label of gnuplot begins with.
  var quoted: String { isTitle ? "\(lines.quoted) noenhanced" : lines.quotedWithSubscripts }
}

/// The part of an image that a chart or a heatmap may fill. Lengths are pixels, from its left and from its foot.
struct Cell {
  let width: Double, height: Double
  private let left: Double, foot: Double, image: Canvas

  /// The part of `image` of the size of `canvas` that lies so far from its left edge and from its top; all of it
  /// without an `image`.
  init(_ canvas: Canvas, left: Int = 0, top: Int = 0, of image: Canvas? = nil) {
    (width, height, self.image) = (Double(canvas.width), Double(canvas.height), image ?? canvas)
    (self.left, foot) = (Double(left), Double(self.image.height - top - canvas.height))
  }

  /// gnuplot's coordinates on the screen.
  func screen(x: Double) -> Double { (left + x) / Double(image.width) }
  func screen(y: Double) -> Double { (foot + y) / Double(image.height) }

  /// The command that writes `caption`, the middle of its first line at a place.
  func label(_ caption: Caption, _ x: Double, _ y: Double, _ style: String = "") -> String {
    "set label \(caption.quoted) at screen \(screen(x: x)), screen \(screen(y: y)) center \(style)"
  }

  /// The commands that put the frame so far from the edges.
  func margins(left: Double, right: Double, bottom: Double, top: Double) -> String {
    """
    set lmargin at screen \(screen(x: left))
    set rmargin at screen \(screen(x: width - right))
    set bmargin at screen \(screen(y: bottom))
    set tmargin at screen \(screen(y: height - top))
    """
  }
}
