namespace Padron.Domain.Numbering.Regions;

/// <summary>
/// What one dials within a country before the number itself: a 0, a carrier's code, or a form that becomes another one. In Argentina
/// 011 15 2345 6789 is the mobile 9 11 2345 6789.
/// </summary>
/// <param name="pattern">What stands at the beginning.</param>
/// <param name="transform">What takes its place where the pattern's last group took part: digits, and $1 for the first group.</param>
sealed class NationalPrefix(string pattern, string? transform)
{
    /// <summary>A number may grow by so many digits: 268 before the seven of Antigua.</summary>
    public const int Room = 4;

    readonly PrefixPattern pattern = new(pattern);

    /// <param name="national">ASCII digits.</param>
    /// <param name="buffer">Room for the result where it is transformed.</param>
    /// <param name="without">The number without the prefix; refers to one of the two.</param>
    /// <returns>False when it begins with no prefix.</returns>
    public bool TryTake(ReadOnlySpan<char> national, Span<char> buffer, out ReadOnlySpan<char> without)
    {
        Span<int> slots = stackalloc int[pattern.Slots];
        if (!pattern.TryMatch(national, slots))
        {
            without = national;
            return false;
        }

        var rest = national[slots[1]..];
        without = transform is null || pattern.Groups == 0 || Group(national, slots, pattern.Groups).IsEmpty ? rest : Transform(national, rest, slots, buffer);
        return true;
    }

    ReadOnlySpan<char> Transform(ReadOnlySpan<char> national, ReadOnlySpan<char> rest, scoped ReadOnlySpan<int> slots, Span<char> buffer)
    {
        var length = 0;
        for (var i = 0; i < transform!.Length; i++)
        {
            if (transform[i] != '$')
            {
                buffer[length++] = transform[i];
                continue;
            }

            var group = Group(national, slots, transform[++i] - '0');
            group.CopyTo(buffer[length..]);
            length += group.Length;
        }

        rest.CopyTo(buffer[length..]);
        return buffer[..(length + rest.Length)];
    }

    static ReadOnlySpan<char> Group(ReadOnlySpan<char> national, scoped ReadOnlySpan<int> slots, int group) =>
        slots[2 * group] < 0 ? [] : national[slots[2 * group]..slots[(2 * group) + 1]];
}
