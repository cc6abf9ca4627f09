/// The style sheet of all charts: light, dark and print.
public enum ChartStyle {
  /// UTF-8 text of `charts.css`.
  public static var css: String { String(decoding: PackageResources.charts_css, as: UTF8.self) }
}
