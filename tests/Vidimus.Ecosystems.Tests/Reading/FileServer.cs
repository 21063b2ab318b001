using System.Diagnostics;
using System.Text.RegularExpressions;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Reading;

/// <summary>Serves a folder on a free port of the loopback, with listings of its folders, until disposed: a package index for a real package manager.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly Process process;

    public FileServer(string folder)
    {
        RealTool.Require("/usr/bin/python3");
        process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-u", "-m", "http.server", "--bind", "127.0.0.1", "0"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var greeting = process.StandardOutput.ReadLine() ?? "";
        Address = $"http://127.0.0.1:{Regex.Match(greeting, "port ([0-9]+)").Groups[1].Value}";
    }

    public string Address { get; }

    public void Dispose()
    {
        process.Kill();
        process.Dispose();
    }
}
