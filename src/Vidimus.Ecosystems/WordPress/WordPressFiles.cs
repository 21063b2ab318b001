using System.Text.RegularExpressions;
using System.Text;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.WordPress;

/// <summary>Reads WordPress' own version (<c>wp-includes/version.php</c>) and the headers of its plugins and themes.</summary>
/// <remarks>
/// Format: developer.wordpress.org, header requirements: comment lines <c>Plugin Name:</c> or <c>Theme Name:</c> and <c>Version:</c> in the first 8 KiB of a plugin's PHP file or a theme's <c>style.css</c>.
/// A plugin or theme is known by its folder, as at wordpress.org; the core has no namespace.
/// </remarks>
public sealed partial class WordPressFiles : ICollector
{
    public string Name => "wordpress/files";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/wp-includes/version.php", "**/wp-content/plugins/*/*.php", "**/wp-content/themes/*/style.css"];

    private const int HeaderBytes = 8 << 10;

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        using var stream = file.OpenRead();
        var buffer = new byte[HeaderBytes];
        var text = Encoding.UTF8.GetString(buffer, 0, stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
        if (file.Name is "version.php")
        {
            if (Core().Match(text) is { Success: true } core) found.Add(new() { Type = "wordpress", Name = "wordpress", Version = core.Groups["version"].Value });
            else found.Note("no $wp_version");
        }
        else if (Title().IsMatch(text))
        {
            var isTheme = file.Name is "style.css";
            found.Add(new() { Type = "wordpress", Namespace = isTheme ? "theme" : "plugin", Name = file.Folder[(file.Folder.LastIndexOf('/') + 1)..], Version = Header().Match(text) is { Success: true } header ? header.Groups["version"].Value.Trim() : "" });
        }

        return found.Packages;
    }

    [GeneratedRegex(@"\$wp_version\s*=\s*'(?<version>[^']+)'", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Core();

    [GeneratedRegex(@"^[ \t/*#@]*(Plugin|Theme) Name:", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Title();

    [GeneratedRegex(@"^[ \t/*#@]*Version:(?<version>[^\r\n*]*)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Header();
}
