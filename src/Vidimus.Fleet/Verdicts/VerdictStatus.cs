namespace Vidimus.Fleet;

/// <summary>The words of a verdict's status and the numbers that they are stored by, which never change their meaning.</summary>
public static class VerdictStatus
{
    private static readonly string[] Words = ["affected", "fixed", "will-not-fix", "deferred", "end-of-life", "under-investigation", "not-affected"];

    public static int Number(string word) => Array.IndexOf(Words, word) is >= 0 and var number ? number : throw new ArgumentException($"no status is called {word}");

    public static string Word(int number) => number >= 0 && number < Words.Length ? Words[number] : Words[0];
}
