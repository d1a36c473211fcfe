using System.Globalization;
using static Padron.Domain.Numbering.Regions.DigitPattern;

namespace Padron.Domain.Numbering.Regions;

/// <summary>Reads a pattern by recursive descent.</summary>
ref struct DigitPatternReader(string text)
{
    readonly string text = text;
    int position;
    int groups;

    public DigitPattern Read()
    {
        var pattern = ReadChoice();
        return position == text.Length ? pattern : throw Unexpected();
    }

    DigitPattern ReadChoice()
    {
        List<DigitPattern> options = [ReadSequence()];
        while (Take('|')) options.Add(ReadSequence());
        return options is [var only] ? only : new Choice(options);
    }

    DigitPattern ReadSequence()
    {
        List<DigitPattern> parts = [];
        while (position < text.Length && text[position] is not ('|' or ')')) parts.Add(ReadRepetition());
        return parts is [var only] ? only : new Sequence(parts);
    }

    DigitPattern ReadRepetition()
    {
        var part = ReadPart();
        if (Take('?')) return new Repetition(part, 0, 1);
        if (!Take('{')) return part;
        var atLeast = ReadNumber();
        var atMost = Take(',') ? ReadNumber() : atLeast;
        Require('}');
        return new Repetition(part, atLeast, atMost);
    }

    DigitPattern ReadPart()
    {
        if (Take('$')) return new End();
        if (Take('[')) return ReadClass();
        if (!Take('(')) return ReadDigit();
        var number = 0;
        if (Take('?')) Require(':');
        else number = ++groups; // before its part: groups are counted by where they open
        var part = ReadChoice();
        Require(')');
        return number == 0 ? part : new Group(part, number);
    }

    Digit ReadClass()
    {
        ushort digits = 0;
        do
        {
            var first = ReadValue();
            var last = Take('-') ? ReadValue() : first;
            for (var digit = first; digit <= last; digit++) digits |= (ushort)(1 << digit);
        }
        while (!Take(']'));
        return new(digits);
    }

    Digit ReadDigit()
    {
        if (!Take('\\')) return new((ushort)(1 << ReadValue()));
        Require('d');
        return new(AnyDigit);
    }

    int ReadValue() => position < text.Length && char.IsAsciiDigit(text[position]) ? text[position++] - '0' : throw Unexpected();

    int ReadNumber()
    {
        var start = position;
        while (position < text.Length && char.IsAsciiDigit(text[position])) position++;
        return start < position ? int.Parse(text.AsSpan(start, position - start), NumberStyles.None, CultureInfo.InvariantCulture) : throw Unexpected();
    }

    bool Take(char expected)
    {
        if (position == text.Length || text[position] != expected) return false;
        position++;
        return true;
    }

    void Require(char expected)
    {
        if (!Take(expected)) throw Unexpected();
    }

    readonly FormatException Unexpected() => new($"The pattern {text} cannot be read at its character {position + 1}.");
}
