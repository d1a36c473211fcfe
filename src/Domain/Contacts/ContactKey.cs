using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Padron.Domain.Numbering;

namespace Padron.Domain.Contacts;

/// <summary>The installation's secret, from which every contact's stream id is made.</summary>
/// <remarks>
/// The id is a UUIDv8 (RFC 9562) over HMAC-SHA-256 of the E.164 number: found without an index, the same for the same number in every
/// import, recognisable after erasure, uniformly random for selection, and of no use to whoever has the database but not the key.
/// So the key is never rotated, and losing it loses the way from a number to its history.
/// </remarks>
public sealed class ContactKey
{
    /// <summary>Length of the secret in bytes.</summary>
    public const int Size = 32;

    readonly byte[] secret;

    /// <exception cref="ArgumentException">Not <see cref="Size"/> bytes.</exception>
    public ContactKey(ReadOnlySpan<byte> secret)
    {
        if (secret.Length != Size)
            throw new ArgumentException($"A contact key has {Size} bytes, not {secret.Length}.", nameof(secret));
        this.secret = secret.ToArray();
    }

    /// <summary>SHA-256 over the secret, in hexadecimal: the database keeps it, so that another key is refused.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(secret));

    /// <summary>The stream id of the contact with this number.</summary>
    public Guid IdOf(PhoneNumber phone)
    {
        Span<char> text = stackalloc char[16];
        text[0] = '+';
        phone.Digits.TryFormat(text[1..], out var digits, provider: CultureInfo.InvariantCulture);
        Span<byte> ascii = stackalloc byte[16];
        var length = Encoding.ASCII.GetBytes(text[..(digits + 1)], ascii);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, ascii[..length], hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80); // version 8: made by our own rule
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80); // RFC 9562 variant
        return new Guid(hash[..16], bigEndian: true);
    }
}
