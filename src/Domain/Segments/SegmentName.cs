using System.Security.Cryptography;
using System.Text;

namespace Padron.Domain.Segments;

/// <summary>A segment's name: 1 to 64 small letters of ASCII, digits, hyphens and underscores, the first a letter or a digit, so that it needs no quoting in a path or a shell.</summary>
public sealed record SegmentName
{
    const int Longest = 64;

    // Chosen once, at random: the names of segments, among all that UUIDs are made of.
    static readonly Guid Names = new("9b6f2a52-43c6-4b8e-9d57-0f1f6a3c7d11");

    SegmentName(string text) => (Text, StreamId) = (text, IdOf(text));

    public string Text { get; }

    /// <summary>
    /// The stream of the segment: a UUIDv5 of its name, so that two segments can't share one, whoever defines them at once. Not a v8 as contacts have,
    /// whose streams wait for an initial load.
    /// </summary>
    public Guid StreamId { get; }

    /// <summary>Capitals are read as small letters.</summary>
    /// <exception cref="RuleViolationException"><c>segment_name_invalid</c></exception>
    public static SegmentName Parse(string? text)
    {
        var name = (text ?? "").Trim().ToLowerInvariant();
        return name.Length is > 0 and <= Longest && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_')
            ? new(name)
            : throw new RuleViolationException("segment_name_invalid", $"'{text}' is no name of a segment: take 1 to {Longest} letters a to z, digits, hyphens and underscores, a letter or a digit first.");
    }

    public override string ToString() => Text;

#pragma warning disable CA5350 // RFC 9562 makes a v5 with SHA-1; nothing is kept secret by it.
    static Guid IdOf(string text)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData([.. Names.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(text)], hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
#pragma warning restore CA5350
}
