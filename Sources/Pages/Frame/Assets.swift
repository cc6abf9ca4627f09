/// What every page asks for, inside the binary.
public enum Assets {
  /// Of pages, then of boards and charts.
  public static let styleSheet =
    PackageResources.page_css + PackageResources.board_css + PackageResources.charts_css
  /// The one script there is.
  public static let boardScript = PackageResources.board_js
  public static let icon = PackageResources.icon_svg
}
