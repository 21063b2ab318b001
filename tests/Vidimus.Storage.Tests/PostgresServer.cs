using System.Net;
using System.Net.Sockets;
using Npgsql;
using Vidimus.Testing;

[assembly: AssemblyFixture(typeof(Vidimus.Storage.Tests.PostgresServer))]

namespace Vidimus.Storage.Tests;

/// <summary>A private PostgreSQL in a temporary folder, started when the first test wants it and stopped after the last.</summary>
public sealed class PostgresServer : ITestEngine, IDisposable
{
    private readonly Lock starting = new();
    private TemporaryFolder? folder;
    private string? program;
    private int port;
    private int databases;

    public string NewTarget()
    {
        Start();
        var name = $"t{Interlocked.Increment(ref databases)}";
        Sql("postgres", $"create database {name} template template0");
        return $"postgres:{ConnectionString(name)}";
    }

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={port};Username=postgres;Database={database};Maximum Pool Size=20;Timeout=60;Command Timeout=120";

    private void Sql(string database, string sql)
    {
        using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>Ends it as a crash does and starts it again. Not for the server that other tests use.</summary>
    public void Restart()
    {
        Control("-m", "immediate", "stop");
        Control("-l", folder!["log"], "-o", $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder.Path} -c max_connections=200", "start");
    }

    public void Dispose()
    {
        if (folder is null) return;
        Control("-m", "immediate", "stop");
        folder.Dispose();
    }

    private void Start()
    {
        lock (starting)
        {
            if (folder is not null) return;
            program = Programs();
            if (program is null) RealTool.Missing("PostgreSQL's initdb and pg_ctl are not installed; ./test installs them when run as root");
            folder = Places.Temporary();
            if (Environment.UserName == "root") RealTool.Run("chown", ["postgres", folder.Path]);
            AsPostgres("initdb", "-D", folder["data"], "-A", "trust", "-U", "postgres", "--no-sync", "--encoding", "UTF8", "--locale", "C.UTF-8");
            port = FreePort();
            Control("-l", folder["log"], "-o", $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder.Path} -c fsync=off -c max_connections=200", "start");
        }
    }

    private void Control(params string[] arguments) => AsPostgres("pg_ctl", ["-D", folder!["data"], "-s", "-w", .. arguments]);

    /// <summary>A server refuses to run as root. Standard output goes away, lest the server keep it open.</summary>
    private void AsPostgres(string name, params string[] arguments)
    {
        string[] command = [Path.Combine(program!, name), .. arguments];
        string[] user = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--"] : [];
        RealTool.Run("sh", ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", .. user, .. command], folder: "/");
    }

    private static string? Programs() => (Directory.Exists("/usr/lib/postgresql") ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(v => Path.Combine(v, "bin")) : [])
        .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
        .FirstOrDefault(f => File.Exists(Path.Combine(f, "initdb")) && File.Exists(Path.Combine(f, "pg_ctl")));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
