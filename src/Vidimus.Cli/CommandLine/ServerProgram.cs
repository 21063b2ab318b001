using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text;

namespace Vidimus.Cli.CommandLine;

/// <summary>The commands of the service: <c>vidimus-server</c>, which lies beside this program, takes this process's place, so that signals, standard streams and the exit status are its own.</summary>
internal static class ServerProgram
{
    private const string Name = "vidimus-server";

    private static readonly (string Name, string Description)[] Commands =
    [
        ("serve", "Keeps findings and answers Amazon Inspector's API"),
        ("worker", "Does the service's work in the background, beside others, on a PostgreSQL store"),
        ("admin", "Accounts, access keys, roles, the audit log, backups of the service"),
    ];

    /// <summary>Lists the commands for help. They are never invoked here: <see cref="Handles"/> comes before parsing.</summary>
    public static void AddTo(RootCommand root)
    {
        foreach (var (name, description) in Commands) root.Subcommands.Add(new Command(name, description));
    }

    public static bool Handles(string[] arguments) => arguments is [var first, ..] && Array.Exists(Commands, c => c.Name == first);

    /// <summary>Where it lies.</summary>
    public static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, Name);

    /// <summary>Becomes it.</summary>
    /// <exception cref="UnfinishedException">It is not there or can't be started.</exception>
    public static void Become(string[] arguments)
    {
        var path = Path;
        if (!File.Exists(path)) throw new UnfinishedException($"{Name} is not beside vidimus in {AppContext.BaseDirectory}: this installation is the scanner alone");

        var texts = new byte[]?[arguments.Length + 2];
        texts[0] = Bytes(path);
        for (var i = 0; i < arguments.Length; i++) texts[i + 1] = Bytes(arguments[i]);
        var pointers = new nint[texts.Length];
        for (var i = 0; i < texts.Length - 1; i++)
        {
            pointers[i] = Marshal.AllocHGlobal(texts[i]!.Length);
            Marshal.Copy(texts[i]!, 0, pointers[i], texts[i]!.Length);
        }

        _ = Execute(texts[0]!, pointers);
        throw new UnfinishedException($"{path} can't be started: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text + '\0');

    [DllImport("libc", EntryPoint = "execv", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Execute(byte[] path, nint[] arguments);
}
