namespace Padron.Domain.Numbering.Regions;

/// <summary>Up to 64 patterns as one table, in which each digit of a number is one step, however long and many the patterns are.</summary>
/// <remarks>State 0 is the one that nothing leads out of. Immutable.</remarks>
sealed class DigitAutomaton(ushort[] next, ulong[] tags, ushort start)
{
    public const int Digits = 10;

    public int States => tags.Length;

    /// <param name="patterns">The pattern at index n is told by bit n.</param>
    public static DigitAutomaton Of(IEnumerable<DigitPattern> patterns) => DigitAutomatonBuilder.Build(patterns);

    /// <returns>The tags of the patterns that match all of it.</returns>
    /// <param name="digits">ASCII digits.</param>
    public ulong Match(ReadOnlySpan<char> digits)
    {
        var state = start;
        foreach (var digit in digits) state = next[(state * Digits) + digit - '0'];
        return tags[state];
    }

    /// <returns>The tags of the patterns that match its beginning or all of it.</returns>
    /// <param name="digits">ASCII digits.</param>
    public ulong MatchStart(ReadOnlySpan<char> digits)
    {
        var state = start;
        var found = tags[state];
        foreach (var digit in digits)
        {
            state = next[(state * Digits) + digit - '0'];
            found |= tags[state];
        }

        return found;
    }
}
