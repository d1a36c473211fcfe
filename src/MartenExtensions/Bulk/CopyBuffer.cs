using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Npgsql;

namespace Padron.MartenExtensions.Bulk;

/// <summary>Rows for COPY in PostgreSQL's binary format, encoded one behind the other into a pooled buffer that grows as they need.</summary>
/// <remarks>
/// A row is its number of fields, and each field its length and bytes in network order. Npgsql's own importer spends more time on the dispatch of a
/// value than PostgreSQL on a whole row.
/// </remarks>
public sealed class CopyBuffer : IBufferWriter<byte>, IDisposable
{
    const int Null = -1;
    const int LengthSize = sizeof(int);
    const int MessageSize = 1 << 16; // the server takes a message whole before it looks into it: small ones stay in its cache, and it works while we send

    static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];
    static readonly byte[] Trailer = [0xFF, 0xFF];
    static readonly long Epoch = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks; // PostgreSQL's

    // jsonb keeps no escapes, so there is no use in writing them for PostgreSQL to read.
    readonly Utf8JsonWriter json = new(Stream.Null, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    byte[] bytes = ArrayPool<byte>.Shared.Rent(1 << 20);
    int length;

    /// <summary>Whether it holds no row.</summary>
    public bool IsEmpty => length == 0;

    /// <summary>Forgets the rows and keeps the memory.</summary>
    public void Clear() => length = 0;

    public void BeginRow(short fields)
    {
        if (IsEmpty)
            Append(Header);
        BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), fields);
    }

    public void WriteNull() => WriteLength(Null);

    public void Write(long value)
    {
        WriteLength(sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(Take(sizeof(long)), value);
    }

    public void Write(bool value)
    {
        WriteLength(1);
        Take(1)[0] = value ? (byte)1 : (byte)0;
    }

    public void Write(Guid value)
    {
        WriteLength(16);
        value.TryWriteBytes(Take(16), bigEndian: true, out _);
    }

    /// <summary>A timestamptz: to the microsecond, what is finer is cut off.</summary>
    public void Write(DateTimeOffset? value)
    {
        if (value is { } at)
            Write((at.UtcTicks - Epoch) / TimeSpan.TicksPerMicrosecond);
        else
            WriteNull();
    }

    public void Write(string? value)
    {
        if (value is null)
        {
            WriteNull();
            return;
        }

        var start = BeginField();
        length += Encoding.UTF8.GetBytes(value, GetSpan(Encoding.UTF8.GetMaxByteCount(value.Length)));
        EndField(start);
    }

    public void Write(ReadOnlySpan<byte> utf8)
    {
        WriteLength(utf8.Length);
        Append(utf8);
    }

    /// <summary>A jsonb.</summary>
    public void Write(object value, JsonTypeInfo type)
    {
        var start = BeginField();
        Take(1)[0] = 1; // the version of the format
        json.Reset(this);
        JsonSerializer.Serialize(json, value, type);
        json.Flush();
        EndField(start);
    }

    /// <summary>Sends the rows, and keeps them: a transaction that is tried again sends them again.</summary>
    /// <param name="connection">In a transaction: rows of a COPY that broke off half-way go with it.</param>
    /// <param name="columns">The table and its columns, as COPY names them.</param>
    /// <param name="ct">Stops half-way.</param>
    public async Task CopyAsync(NpgsqlConnection connection, string columns, CancellationToken ct)
    {
        if (IsEmpty)
            return;
        await using var copy = await connection.BeginRawBinaryCopyAsync($"copy {columns} from stdin (format binary)", ct);
        for (var sent = 0; sent < length; sent += MessageSize)
            await copy.WriteAsync(bytes.AsMemory(sent, Math.Min(MessageSize, length - sent)), ct);
        await copy.WriteAsync(Trailer, ct);
    }

    public void Advance(int count) => length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return bytes.AsMemory(length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return bytes.AsSpan(length);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = [];
        length = 0;
        json.Dispose();
    }

    int BeginField()
    {
        Take(LengthSize);
        return length - LengthSize;
    }

    /// <summary>A jsonb of JSON text.</summary>
    public void WriteJsonb(ReadOnlySpan<byte> utf8)
    {
        var start = BeginField();
        Take(1)[0] = 1;
        Append(utf8);
        EndField(start);
    }

    void EndField(int start) => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(start), length - start - LengthSize);

    void WriteLength(int value) => BinaryPrimitives.WriteInt32BigEndian(Take(LengthSize), value);

    void Append(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    Span<byte> Take(int size)
    {
        Reserve(size);
        length += size;
        return bytes.AsSpan(length - size, size);
    }

    void Reserve(int size)
    {
        if (bytes.Length - length >= size)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(bytes.Length * 2, length + size)));
        bytes.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
    }
}
