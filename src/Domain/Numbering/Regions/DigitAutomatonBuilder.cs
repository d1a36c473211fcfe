using System.Runtime.InteropServices;

namespace Padron.Domain.Numbering.Regions;

/// <summary>
/// Makes an automaton of patterns: each set of places in them that some digits lead to is one state (the subset construction). As no
/// place leads back, the states behind one are known before it, and two that behave alike become the same: the result is minimal.
/// </summary>
sealed class DigitAutomatonBuilder
{
    // A set of steps is a string of their numbers in ascending order: a key that compares fast.
    readonly List<PatternState.Step> steps = [];
    readonly Dictionary<PatternState.Step, char> numbers = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<string, ushort> behind = new(StringComparer.Ordinal);

    readonly Dictionary<string, ushort> byBehaviour = new(StringComparer.Ordinal);
    readonly List<ushort> next = [];
    readonly List<ulong> tags = [];

    public static DigitAutomaton Build(IEnumerable<DigitPattern> patterns)
    {
        var builder = new DigitAutomatonBuilder();
        builder.State([], 0); // the dead end comes first
        var places = patterns.Select((pattern, index) => PatternState.Of(pattern, new PatternState.Match(1UL << index)));
        var start = builder.StateAt(places);
        return new([.. builder.next], [.. builder.tags], start);
    }

    ushort StateAt(IEnumerable<PatternState> places)
    {
        List<char> reached = [];
        var found = 0UL;
        foreach (var place in places) Follow(place, reached, ref found);
        reached.Sort();
        return State([.. reached.Distinct()], found);
    }

    ushort State(ReadOnlySpan<char> reached, ulong found)
    {
        Span<ushort> row = stackalloc ushort[DigitAutomaton.Digits];
        Span<char> taken = new char[reached.Length];
        for (var digit = 0; digit < row.Length; digit++)
        {
            var count = 0;
            foreach (var number in reached)
            {
                if (steps[number].Takes(digit)) taken[count++] = number;
            }

            row[digit] = count == 0 ? (ushort)0 : StateBehind(new string(taken[..count]));
        }

        var behaviour = string.Concat(MemoryMarshal.Cast<ushort, char>(row), MemoryMarshal.Cast<ulong, char>([found]));
        if (byBehaviour.TryGetValue(behaviour, out var known)) return known;
        next.AddRange(row);
        tags.Add(found);
        return byBehaviour[behaviour] = checked((ushort)(tags.Count - 1));
    }

    ushort StateBehind(string taken) =>
        behind.TryGetValue(taken, out var known) ? known : behind[taken] = StateAt(taken.Select(number => steps[number].Next));

    void Follow(PatternState place, List<char> reached, ref ulong found)
    {
        switch (place)
        {
            case PatternState.Step step:
                reached.Add(NumberOf(step));
                break;
            case PatternState.Fork fork:
                foreach (var option in fork.Options) Follow(option, reached, ref found);
                break;
            case PatternState.Mark mark:
                Follow(mark.Next, reached, ref found);
                break;
            case PatternState.Match match:
                found |= match.Tag;
                break;
            default:
                throw new FormatException("A pattern of whole numbers has no $.");
        }
    }

    char NumberOf(PatternState.Step step)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, step, out var exists);
        if (exists) return number;
        number = checked((char)steps.Count);
        steps.Add(step);
        return number;
    }
}
