/// What every page asks for, inside the binary.
public enum Assets {
  /// Of pages, then of boards, phones and charts.
  public static let styleSheet =
    PackageResources.page_css + PackageResources.board_css + PackageResources.phones_css
    + PackageResources.charts_css
  /// The one script of pages; the app of home care has its own.
  public static let boardScript = PackageResources.board_js
  public static let icon = PackageResources.icon_svg
}
