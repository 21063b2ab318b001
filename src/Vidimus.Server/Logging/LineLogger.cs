using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vidimus.Model.Files;

namespace Vidimus.Server.Logging;

/// <summary>Writes what goes on, a line an event: JSON for machines, text for a person. Hostile text can neither break a line nor steer a terminal.</summary>
internal sealed class LineLogger(Stream output, bool json, LogLevel level, TimeProvider time) : ILoggerProvider
{
    private readonly Lock turn = new();

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName, LeastOf(categoryName));

    public void Dispose() => output.Flush();

    /// <summary>What the web server says of its own is for its developers, but for warnings; that the host can't start, the command line says.</summary>
    private LogLevel LeastOf(string category) =>
        category.StartsWith("Vidimus", StringComparison.Ordinal) ? level
        : category.StartsWith("Microsoft.Extensions.Hosting", StringComparison.Ordinal) ? LogLevel.None
        : level > LogLevel.Warning ? level
        : LogLevel.Warning;

    private void Write(string category, LogLevel level, string message, IEnumerable<KeyValuePair<string, object?>>? values, Exception? exception)
    {
        var line = json ? Json(category, level, message, values, exception) : Encoding.UTF8.GetBytes(Text(level, message, exception));
        lock (turn)
        {
            output.Write(line);
            output.Flush();
        }
    }

    private ReadOnlySpan<byte> Json(string category, LogLevel level, string message, IEnumerable<KeyValuePair<string, object?>>? values, Exception? exception)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.Default, SkipValidation = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("time"u8, time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            writer.WriteString("level"u8, Name(level));
            writer.WriteString("source"u8, category);
            writer.WriteString("message"u8, message);
            foreach (var (name, value) in values ?? [])
            {
                if (name is "{OriginalFormat}") continue;
                writer.WritePropertyName(JsonNamingPolicy.CamelCase.ConvertName(name));
                if (value is long or int or double) writer.WriteRawValue(Convert.ToString(value, CultureInfo.InvariantCulture)!);
                else writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
            }

            if (exception is not null) writer.WriteString("exception"u8, exception.ToString());
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan;
    }

    private string Text(LogLevel level, string message, Exception? exception) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():HH:mm:ss} {Name(level)}: {PathText.Display(message)}{(exception is null ? "" : $" ({exception.GetType().Name}: {PathText.Display(exception.Message)})")}\n");

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Critical => "critical",
        LogLevel.Error => "error",
        LogLevel.Warning => "warning",
        LogLevel.Information => "information",
        _ => "debug",
    };

    private sealed class Category(LineLogger owner, string name, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) owner.Write(name, logLevel, formatter(state, exception), state as IEnumerable<KeyValuePair<string, object?>>, exception);
        }
    }
}
