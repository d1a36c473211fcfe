namespace Padron.Domain.Numbering.Regions;

/// <summary>A point within a pattern and all that may come behind it. Patterns end, so states form no cycle.</summary>
abstract class PatternState
{
    /// <summary>The state that matches the pattern and goes on with what follows it.</summary>
    public static PatternState Of(DigitPattern pattern, PatternState next) => pattern switch
    {
        DigitPattern.Digit digit => new Step(digit.Digits, next),
        DigitPattern.Sequence sequence => sequence.Parts.Reverse().Aggregate(next, (following, part) => Of(part, following)),
        DigitPattern.Choice choice => new Fork([.. choice.Options.Select(option => Of(option, next))]),
        DigitPattern.Repetition repetition => Repeated(repetition, next),
        DigitPattern.Group group => new Mark(2 * group.Number, Of(group.Part, new Mark((2 * group.Number) + 1, next))),
        DigitPattern.End => new AtEnd(next),
        _ => throw new ArgumentOutOfRangeException(nameof(pattern)),
    };

    static PatternState Repeated(DigitPattern.Repetition repetition, PatternState next)
    {
        var state = next;
        for (var i = repetition.AtLeast; i < repetition.AtMost; i++) state = new Fork([Of(repetition.Part, state), next]);
        for (var i = 0; i < repetition.AtLeast; i++) state = Of(repetition.Part, state);
        return state;
    }

    /// <summary>One digit of a set.</summary>
    public sealed class Step(ushort digits, PatternState next) : PatternState
    {
        public PatternState Next => next;

        public bool Takes(int digit) => (digits >> digit & 1) != 0;
    }

    /// <summary>Any of them, the first preferred.</summary>
    public sealed class Fork(PatternState[] options) : PatternState
    {
        public PatternState[] Options => options;
    }

    /// <summary>A group opens (even slot) or closes (odd slot).</summary>
    public sealed class Mark(int slot, PatternState next) : PatternState
    {
        public int Slot => slot;

        public PatternState Next => next;
    }

    /// <summary>Goes on only where the text ends.</summary>
    public sealed class AtEnd(PatternState next) : PatternState
    {
        public PatternState Next => next;
    }

    /// <summary>The pattern has matched.</summary>
    /// <param name="tag">One bit, which tells this pattern from the others of its automaton.</param>
    public sealed class Match(ulong tag) : PatternState
    {
        public ulong Tag => tag;
    }
}
