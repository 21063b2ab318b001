using System.Globalization;
using System.Text;

namespace Vidimus.Files.Formats.Partitions.Lvm;

/// <summary>A section of LVM's text metadata: settings and sections by name, in their order.</summary>
/// <remarks>The grammar is that of lvm.conf(5): <c>name = value</c>, <c>name { … }</c>, values are numbers, strings and lists of these in brackets, <c>#</c> begins a comment.</remarks>
internal sealed class LvmSection
{
    private readonly Dictionary<string, object> members = new(StringComparer.Ordinal);

    /// <summary>The sections in this one.</summary>
    public IEnumerable<(string Name, LvmSection Section)> Sections => members.Where(m => m.Value is LvmSection).Select(m => (m.Key, (LvmSection)m.Value));

    public LvmSection? Section(string name) => members.GetValueOrDefault(name) as LvmSection;

    public string? Text(string name) => members.GetValueOrDefault(name) as string;

    public long? Number(string name) => members.GetValueOrDefault(name) as long?;

    /// <summary>The members of a list, strings and numbers; none where there is no such list.</summary>
    public IReadOnlyList<object> List(string name) => members.GetValueOrDefault(name) as List<object> ?? [];

    /// <summary>Reads a whole text.</summary>
    /// <exception cref="InvalidDataException">It does not follow the grammar.</exception>
    public static LvmSection Parse(ReadOnlySpan<byte> text) => new Parser(Encoding.UTF8.GetString(text)).Whole();

    private sealed class Parser(string text)
    {
        private const int Deepest = 16;
        private int at;

        public LvmSection Whole() => Section(0);

        private LvmSection Section(int depth)
        {
            if (depth > Deepest) throw Wrong();
            var section = new LvmSection();
            while (Next() is not ('}' or '\0'))
            {
                var name = Word();
                switch (Next())
                {
                    case '{':
                        at++;
                        section.members[name] = Section(depth + 1);
                        if (Next() != '}') throw Wrong();
                        at++;
                        break;
                    case '=':
                        at++;
                        section.members[name] = Value();
                        break;
                    default:
                        throw Wrong();
                }
            }

            return section;
        }

        private object Value() => Next() switch
        {
            '"' => Quoted(),
            '[' => Members(),
            _ => Scalar(),
        };

        private List<object> Members()
        {
            var list = new List<object>();
            at++;
            while (Next() != ']')
            {
                list.Add(Next() == '"' ? Quoted() : Scalar());
                if (Next() == ',') at++;
            }

            at++;
            return list;
        }

        private object Scalar()
        {
            var word = Word();
            return long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : word;
        }

        private string Quoted()
        {
            var value = new StringBuilder();
            for (at++; at < text.Length && text[at] != '"'; at++)
            {
                if (text[at] == '\\' && at + 1 < text.Length) at++;
                value.Append(text[at]);
            }

            if (at == text.Length) throw Wrong();
            at++;
            return value.ToString();
        }

        private string Word()
        {
            var start = at;
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '-' or '.' or '+')) at++;
            return at > start ? text[start..at] : throw Wrong();
        }

        /// <summary>The next sign that says something, not passed; <c>\0</c> at the end.</summary>
        private char Next()
        {
            for (; at < text.Length; at++)
            {
                if (text[at] == '#') at = text.IndexOf('\n', at) is >= 0 and var end ? end : text.Length - 1;
                else if (text[at] > ' ') return text[at];
            }

            return '\0';
        }

        private InvalidDataException Wrong() => new($"LVM's metadata cannot be understood at its sign {at}");
    }
}
