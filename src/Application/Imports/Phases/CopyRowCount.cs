using System.Buffers.Binary;

namespace Padron.Application.Imports.Phases;

/// <summary>Counts the rows of a binary COPY as its bytes go by, in pieces of any size.</summary>
sealed class CopyRowCount
{
    // Signature, flags, length of the header's extension, which is empty.
    const int Header = 19;

    readonly byte[] field = new byte[4];
    long skip = Header;
    int have;
    int fields;

    public long Rows { get; private set; }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (skip > 0)
            {
                var skipped = (int)Math.Min(skip, bytes.Length);
                skip -= skipped;
                bytes = bytes[skipped..];
                continue;
            }

            // Two bytes say how many fields a row has, four how long a field is.
            field[have++] = bytes[0];
            bytes = bytes[1..];
            if (fields == 0 && have == 2)
                BeginRow(BinaryPrimitives.ReadInt16BigEndian(field));
            else if (have == 4)
                BeginField(BinaryPrimitives.ReadInt32BigEndian(field));
        }
    }

    // -1 ends the copy, and nothing follows.
    void BeginRow(short count)
    {
        have = 0;
        fields = Math.Max((short)0, count);
        Rows += count > 0 ? 1 : 0;
    }

    // -1 is a null, which has no bytes.
    void BeginField(int length)
    {
        have = 0;
        fields--;
        skip = Math.Max(0, length);
    }
}
