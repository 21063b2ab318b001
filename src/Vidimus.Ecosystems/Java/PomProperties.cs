using System.Text;

namespace Vidimus.Ecosystems.Java;

/// <summary>The coordinates that Maven's archiver leaves in <c>META-INF/maven/GROUP/ARTIFACT/pom.properties</c>.</summary>
internal sealed record PomProperties(string Group, string Artifact, string Version)
{
    private const int LongestValue = 256;

    /// <summary>Reads the file; what it does not say of group and artifact its path does. Null when neither names them.</summary>
    /// <remarks>Format: <c>java.util.Properties</c>, of which coordinates need neither escapes nor continued lines.</remarks>
    public static PomProperties? Parse(ReadOnlySpan<byte> bytes, string path)
    {
        string? group = null, artifact = null, version = null;
        foreach (var raw in Encoding.Latin1.GetString(bytes).Split('\n'))
        {
            var line = raw.Trim();
            if (line is ['#' or '!', ..] || line.AsSpan().IndexOfAny('=', ':') is not (> 0 and var sign)) continue;

            var value = line[(sign + 1)..].Trim();
            if (value.Length is 0 or > LongestValue || value.Contains("${", StringComparison.Ordinal) || value.AsSpan().ContainsAnyInRange('\0', '\u001F')) continue;
            switch (line[..sign].Trim())
            {
                case "groupId":
                    group = value;
                    break;
                case "artifactId":
                    artifact = value;
                    break;
                case "version":
                    version = value;
                    break;
                default:
                    break;
            }
        }

        if (path.Split('/') is [.., var ofGroup, var ofArtifact, _])
        {
            group ??= ofGroup is "maven" ? null : ofGroup;
            artifact ??= group is null ? null : ofArtifact;
        }

        return group is null || artifact is null ? null : new(group, artifact, version ?? "");
    }
}
