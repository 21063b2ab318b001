using System.CommandLine;

namespace Vidimus.Server.Configuration;

/// <summary>The commands that a setting means something to.</summary>
[Flags]
internal enum UsedBy
{
    Serve = 1,
    Worker = 2,
    Admin = 4,
    Nodes = Serve | Worker,
    All = Serve | Worker | Admin,
}

/// <summary>One setting under one name: <c>--key-file</c> on the command line, <c>VIDIMUS_KEY_FILE</c> in the environment, <c>key-file = …</c> in the configuration file.</summary>
/// <param name="Value">What its value is called in help; empty for a switch, which is <c>true</c> or <c>false</c>.</param>
/// <param name="Default">As the documentation says it; the value itself where it is one.</param>
internal sealed record Setting(string Name, string Value, string Default, UsedBy UsedBy, string Description)
{
    public bool IsSwitch => Value.Length == 0;

    public string Variable => "VIDIMUS_" + Name.Replace('-', '_').ToUpperInvariant();

    public Option<string?> ToOption() => new("--" + Name)
    {
        Description = Default.Length > 0 ? $"{Description} [{Default}]" : Description,
        HelpName = IsSwitch ? "true|false" : Value,
        Arity = IsSwitch ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
    };
}
