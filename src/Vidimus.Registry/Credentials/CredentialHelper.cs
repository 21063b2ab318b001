using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Vidimus.Registry.Credentials;

/// <summary>Runs <c>docker-credential-NAME get</c>: the registry's name on its standard input, JSON on its standard output.</summary>
internal static partial class CredentialHelper
{
    private const int MostOutput = 256 << 10;

    /// <summary>Asks a helper.</summary>
    /// <returns>The credential, or why there is none: a sentence that never holds what the helper printed.</returns>
    public static (Credential? Credential, string? Trouble) Ask(string name, string server, RegistryOptions options)
    {
        if (!Name().IsMatch(name)) return (null, "it names a credential helper by a name that none has");
        var program = "docker-credential-" + name;
        if (OnPath(program, options.Environment("PATH")) is not { } path) return (null, $"{program} is not on PATH");

        var start = new ProcessStartInfo(path, ["get"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            var output = "";
            var talk = new Thread(() => output = Talk(process, server)) { IsBackground = true, Name = program };
            talk.Start();
            if (!talk.Join(options.HelperLimit) || !process.WaitForExit(options.HelperLimit))
            {
                Kill(process);
                return (null, $"{program} took longer than {options.HelperLimit.TotalSeconds:0} s");
            }

            if (process.ExitCode != 0) return (null, $"{program} has no credentials for {server} or failed (exit {process.ExitCode})");

            return JsonSerializer.Deserialize(output, RegistryJson.Default.HelperJson) is { Username: { } user, Secret: { Length: > 0 } secret }
                ? (Credential.FromHelper(user, secret), null)
                : (null, $"{program} gave no credentials");
        }
        catch (JsonException)
        {
            return (null, $"{program} did not answer in JSON");
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            return (null, $"{program} could not be run");
        }
    }

    /// <summary>The program in the absolute folders of PATH alone: .NET's own search looks into the working folder first, which may be a scanned one.</summary>
    private static string? OnPath(string program, string? path) =>
        (path ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static string Talk(Process process, string server)
    {
        var buffer = new char[MostOutput];
        try
        {
            process.StandardInput.Write(server);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit status tells the rest.
        }

        try
        {
            return new(buffer, 0, process.StandardOutput.ReadBlock(buffer, 0, buffer.Length));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return ""; // it was killed for taking too long
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has just ended by itself.
        }
    }

    [GeneratedRegex(@"^[a-z0-9-]+\z")]
    private static partial Regex Name();
}
