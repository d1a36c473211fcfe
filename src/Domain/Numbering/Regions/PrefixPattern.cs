namespace Padron.Domain.Numbering.Regions;

/// <summary>
/// A pattern of what stands before a number, matched as a regular expression is: of several ways the first in the pattern's order
/// counts, not the longest, and groups keep what they matched.
/// </summary>
sealed class PrefixPattern
{
    readonly PatternState start;

    /// <exception cref="FormatException">The pattern cannot be read.</exception>
    public PrefixPattern(string pattern)
    {
        start = PatternState.Of(DigitPattern.Parse(pattern), new PatternState.Match(1));
        Groups = pattern.Replace("(?", "", StringComparison.Ordinal).Count('(');
    }

    /// <summary>How many groups it keeps.</summary>
    public int Groups { get; }

    /// <summary>Room for the beginning and end of each group, and of the match, which is group 0.</summary>
    public int Slots => 2 * (Groups + 1);

    /// <summary>Matches the beginning of the digits.</summary>
    /// <param name="digits">ASCII digits.</param>
    /// <param name="slots">Receives where group n begins and ends, at 2n and 2n + 1; -1 where it has no part in the match.</param>
    public bool TryMatch(ReadOnlySpan<char> digits, Span<int> slots)
    {
        slots.Fill(-1);
        slots[0] = 0;
        slots[1] = Match(start, digits, 0, slots);
        return slots[1] >= 0;
    }

    // Where the match ends, or -1. It tries and comes back; the longest of these patterns has a hundred branches, two digits deep.
    static int Match(PatternState state, ReadOnlySpan<char> digits, int position, Span<int> slots)
    {
        while (true)
        {
            switch (state)
            {
                case PatternState.Step step:
                    if (position == digits.Length || !step.Takes(digits[position] - '0')) return -1;
                    (state, position) = (step.Next, position + 1);
                    break;
                case PatternState.AtEnd end:
                    if (position < digits.Length) return -1;
                    state = end.Next;
                    break;
                case PatternState.Mark mark:
                    var before = slots[mark.Slot];
                    slots[mark.Slot] = position;
                    var marked = Match(mark.Next, digits, position, slots);
                    if (marked < 0) slots[mark.Slot] = before;
                    return marked;
                case PatternState.Fork fork:
                    foreach (var option in fork.Options)
                    {
                        if (Match(option, digits, position, slots) is >= 0 and var end) return end;
                    }

                    return -1;
                default:
                    return position;
            }
        }
    }
}
