using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Otp;

/// <summary>Reads the resource file of an OTP application, <c>ebin/NAME.app</c>: <c>{application, name, [{vsn, "1.2.3"}, …]}</c>.</summary>
/// <remarks>Format: app(4) of Erlang/OTP. Whether an application is also a package of Hex the file does not say, so it is of the type <c>otp</c>.</remarks>
public sealed partial class OtpApplication : ICollector
{
    public string Name => "otp/app";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/ebin/*.app"];

    private const int MostBytes = 4 << 20;

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        var text = System.Text.Encoding.UTF8.GetString(file.ReadAll(MostBytes).Span);
        if (Application().Match(text) is { Success: true } name && Vsn().Match(text) is { Success: true } version) found.Add(new() { Type = "otp", Name = name.Groups["name"].Value, Version = version.Groups["version"].Value });
        else found.Note("no application's name or no vsn");
        return found.Packages;
    }

    [GeneratedRegex(@"\{\s*application\s*,\s*'?(?<name>[a-z][A-Za-z0-9_@]*)'?\s*,", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Application();

    [GeneratedRegex(@"\{\s*vsn\s*,\s*""(?<version>[^""]*)""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Vsn();
}
