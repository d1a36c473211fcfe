using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Padron.Application.Imports;
using Padron.Domain.Imports;
using SQLitePCL;

namespace Padron.Adapters.Imports;

/// <summary>Opens the customer's <c>numeros.db</c>, read only.</summary>
public sealed class SqliteContactSourceOpener : IContactSourceOpener
{
    public IContactSource Open(string path, SourceMapping? mapping = null)
    {
        RequireFile(path);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return new SqliteContactSource(path, connection, SourceLayout.Of(path, connection, mapping ?? new()));
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw SqliteContactSource.Unreadable(path, error);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public async Task<string> Sha256Async(string path, CancellationToken ct)
    {
        RequireFile(path);
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
    }

    static void RequireFile(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file {path}.", path);
    }
}

sealed class SqliteContactSource(string path, SqliteConnection connection, SourceLayout layout) : IContactSource
{
    string SelectRows => $"select rowid, {layout.SelectColumns} from {layout.Table}";

    readonly RepeatedText repeated = new();

    public string FileName => Path.GetFileName(path);

    public long Bytes => new FileInfo(path).Length;

    public async Task<string> Sha256Async(CancellationToken ct)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
    }

    public async Task<long> CountAsync(long afterRow, CancellationToken ct)
    {
        await using var command = Command($"select count(*) from {layout.Table} where rowid > $after", afterRow);
        try
        {
            return (long)(await command.ExecuteScalarAsync(ct))!;
        }
        catch (SqliteException error)
        {
            throw Unreadable(path, error);
        }
    }

    public IEnumerable<IReadOnlyList<SourceRow>> Read(long afterRow, int batchSize)
    {
        using var command = Command($"{SelectRows} where rowid > $after order by rowid", afterRow);
        using var reader = command.ExecuteReader();
        var batch = new List<SourceRow>(batchSize);
        while (Next(reader))
        {
            batch.Add(Row(reader));
            if (batch.Count == batchSize)
            {
                yield return batch;
                batch = new(batchSize);
            }
        }

        if (batch.Count > 0)
            yield return batch;
    }

    public IReadOnlyList<SourceRow> Sample(int count, int seed)
    {
        using var bounds = new SqliteCommand($"select count(*), min(rowid), max(rowid) from {layout.Table}", connection);
        using var found = bounds.ExecuteReader();
        if (count <= 0 || !Next(found) || found.GetInt64(0) is 0)
            return [];
        if (found.GetInt64(0) <= count)
            return [.. Read(ImportCheckpoint.BeforeFirstRow, count).SelectMany(rows => rows)];

        // Where ids have gaps, the row behind a long one is drawn more often: good enough to look for what is wrong.
        var (first, last, random) = (found.GetInt64(1), found.GetInt64(2), new Random(seed));
        using var next = Command($"{SelectRows} where rowid > $after order by rowid limit 1", first);
        var rows = new SortedDictionary<long, SourceRow>();
        for (var i = 0; i < count; i++)
        {
            next.Parameters[0].Value = random.NextInt64(first, last + 1) - 1;
            using var reader = next.ExecuteReader();
            if (Next(reader))
                rows[reader.GetInt64(0)] = Row(reader);
        }

        return [.. rows.Values];
    }

    public IReadOnlyList<PremiumMunicipality> ReadPremiumMunicipalities()
    {
        if (layout.Ranking is null)
            return [];
        using var command = new SqliteCommand($"select {layout.RankingColumns} from {layout.Ranking}", connection);
        using var reader = command.ExecuteReader();
        var rows = new List<PremiumMunicipality>();
        while (Next(reader))
        {
            var row = reader.Handle!;
            if (Text(row, 3) is { } lada && decimal.TryParse(Text(row, 4), NumberStyles.Float, CultureInfo.InvariantCulture, out var income))
                rows.Add(new(int.TryParse(Text(row, 0), CultureInfo.InvariantCulture, out var ranking) ? ranking : null, Text(row, 1), Text(row, 2), lada, income));
        }

        return rows;
    }

    public IReadOnlyList<(string Name, string? SourceName)> Columns => layout.Columns;

    public IReadOnlyList<SourceTable> OtherTables() =>
    [
        .. layout.OtherTables.Select(name =>
        {
            using var count = new SqliteCommand($"select count(*) from {SourceLayout.Quoted(name)}", connection);
            try
            {
                return new SourceTable(name, SourceLayout.ColumnsOf(connection, name), (long)count.ExecuteScalar()!);
            }
            catch (SqliteException error)
            {
                throw Unreadable(path, error);
            }
        }),
    ];

    public IEnumerable<IReadOnlyList<object?>> ReadOtherTable(SourceTable table)
    {
        using var command = new SqliteCommand($"select {string.Join(", ", table.Columns.Select(SourceLayout.Quoted))} from {SourceLayout.Quoted(table.Name)}", connection);
        using var reader = command.ExecuteReader();
        while (Next(reader))
            yield return [.. Enumerable.Range(0, table.Columns.Count).Select(column => reader.GetValue(column) is var value && value is DBNull ? null : value)];
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    internal static FormatException Unreadable(string path, SqliteException error) => new($"{path} can't be read as a SQLite database: {error.Message}", error);

    // A file may be damaged anywhere, and that shows where the reader comes to it.
    bool Next(SqliteDataReader reader)
    {
        try
        {
            return reader.Read();
        }
        catch (SqliteException error)
        {
            throw Unreadable(path, error);
        }
    }

    SourceRow Row(SqliteDataReader reader)
    {
        var row = reader.Handle!;
        return new(
            raw.sqlite3_column_int64(row, 0), Text(row, 1), Text(row, 2), Text(row, 3), Text(row, 4), Text(row, 5), Repeated(row, 6), Repeated(row, 7),
            Repeated(row, 8), Repeated(row, 9), Repeated(row, 10), Repeated(row, 11));
    }

    SqliteCommand Command(string sql, long afterRow)
    {
        var command = new SqliteCommand(sql, connection);
        command.Parameters.AddWithValue("$after", afterRow);
        return command;
    }

    // The reader's own GetValue looks at what the column was declared as, for each value: by SQLite's functions a file is read three times as fast.
    // A column has no type of its own: a number may stand where text is meant, and the other way round.
    static string? Text(sqlite3_stmt row, int column) => raw.sqlite3_column_type(row, column) switch
    {
        raw.SQLITE_NULL => null,
        raw.SQLITE_INTEGER => raw.sqlite3_column_int64(row, column).ToString(CultureInfo.InvariantCulture),
        raw.SQLITE_FLOAT => raw.sqlite3_column_double(row, column).ToString(CultureInfo.InvariantCulture),
        _ => Encoding.UTF8.GetString(Utf8(row, column)),
    };

    string? Repeated(sqlite3_stmt row, int column) =>
        raw.sqlite3_column_type(row, column) is raw.SQLITE_TEXT ? repeated.Of(Utf8(row, column)) : Text(row, column);

    static ReadOnlySpan<byte> Utf8(sqlite3_stmt row, int column)
    {
        _ = raw.sqlite3_column_bytes(row, column); // makes UTF-8 of the text of a database that keeps it as UTF-16
        return raw.sqlite3_column_blob(row, column);
    }
}
