// Words made of tones: a small task of speech.

import Foundation
import SequenceModels

/// Six words of the same four sounds, "opts", "post", "pots", "spot", "stop" and "tops", as a voice of tones says them.
///
/// Each sound is a mixture of tones for a while: o the two formants of a vowel, s a hiss, p and t a short silence and a burst, low or high. Every
/// utterance has its own loudness and noise, and one of 400 voices, which differ in pace and pitch; some of the voices are held out. The words
/// are anagrams, so that how often a sound is heard says nothing; only their order does.
public enum SpokenWords {
  /// What the ids of the words stand for.
  public static let words = ["opts", "post", "pots", "spot", "stop", "tops"]
  /// The middles of the bands in which the energy of a frame is measured, in hertz.
  public static let bands: [Double] = [250, 400, 600, 800, 1_000, 1_300, 1_700, 2_200, 2_800, 3_500]
  /// The samples of sound in a second.
  public static let sampleRate = 8_000.0
  /// The samples in a frame: a hundredth of a second and a half.
  public static let frame = 120

  /// The sound of a word in a voice of a split: samples between about −1 and 1.
  public static func sound(of word: Int, _ split: Split, using random: inout RandomSource) -> [Float] {
    let voice = split.first(describedBy: { "\($0)" }, using: &random) { $0.index(below: 400) }
    let (pace, pitch) = (0.75 + 0.03 * Double(voice / 20), 0.85 + 0.0175 * Double(voice % 20))
    let (loudness, noise) = (random.uniform(in: 0.5..<1), random.uniform(in: 0.01..<0.08))
    var samples: [Float] = []
    func add(_ seconds: Double, _ tones: [(hertz: Double, size: Double)], hiss: Double = 0) {
      let length = Int(seconds * pace * random.uniform(in: 0.8..<1.25) * sampleRate)
      let phases = tones.map { _ in random.uniform(in: 0..<2 * .pi) }
      for n in 0..<length {
        let edge = min(1, Double(min(n, length - 1 - n)) / 40)
        var value = hiss * random.normal()
        for (tone, phase) in zip(tones, phases) {
          value += tone.size * sin(2 * .pi * tone.hertz * pitch * Double(n) / sampleRate + phase)
        }
        samples.append(Float(loudness * edge * value + noise * random.normal()))
      }
    }
    for letter in words[word] {
      switch letter {
      case "o": add(0.09, [(500, 0.6), (900, 0.4)])
      case "s": add(0.08, [(2_600, 0.2), (3_100, 0.2)], hiss: 0.15)
      case "p":
        add(0.03, [])
        add(0.03, [(300, 0.6), (700, 0.3)])
      default:
        add(0.03, [])
        add(0.03, [(1_700, 0.5), (2_200, 0.4)])
      }
    }
    return samples
  }

  /// The logarithm of the energy of each band in each frame: (bands, frames), about −4 to 1.
  public static func spectrogram(of sound: [Float]) -> Matrix<Float> {
    let frames = sound.count / frame
    var result = Matrix<Float>(rows: bands.count, columns: frames)
    for (band, hertz) in bands.enumerated() {
      // Goertzel's recursion: s[n] = x[n] + 2 cos(ω) s[n−1] − s[n−2] gives one coefficient of a Fourier transform.
      let coefficient = Float(2 * cos(2 * .pi * hertz / sampleRate))
      for t in 0..<frames {
        var (s1, s2): (Float, Float) = (0, 0)
        for x in sound[t * frame..<(t + 1) * frame] { (s1, s2) = (x + coefficient * s1 - s2, s1) }
        let energy = (s1 * s1 + s2 * s2 - coefficient * s1 * s2) / Float(frame)
        result[band, t] = log10(energy + 1e-4)
      }
    }
    return result
  }
}
