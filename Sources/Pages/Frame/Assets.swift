/// What every page asks for, inside the binary.
public enum Assets {
  /// Of pages, then of charts.
  public static let styleSheet = PackageResources.page_css + PackageResources.charts_css
  public static let icon = PackageResources.icon_svg
}
