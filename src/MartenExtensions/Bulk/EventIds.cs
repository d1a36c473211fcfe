using System.Security.Cryptography;

namespace Padron.MartenExtensions.Bulk;

/// <summary>Ids as <see cref="Guid.CreateVersion7()"/> makes them, of which each costs a call to the kernel; these are drawn a thousand at a time.</summary>
/// <param name="at">The date in them.</param>
sealed class EventIds(DateTimeOffset at)
{
    const int Size = 16;

    readonly byte[] random = new byte[1_000 * Size];
    readonly long milliseconds = at.ToUnixTimeMilliseconds();
    int used = int.MaxValue;

    public Guid Next()
    {
        if (used >= random.Length)
        {
            RandomNumberGenerator.Fill(random);
            used = 0;
        }

        // RFC 9562: 48 bits of time, four of version, two of variant, and the rest is random.
        var id = random.AsSpan(used, Size);
        used += Size;
        for (var i = 0; i < 6; i++)
            id[i] = (byte)(milliseconds >> (40 - (8 * i)));
        id[6] = (byte)((id[6] & 0x0F) | 0x70);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true);
    }
}
