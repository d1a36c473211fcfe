using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Padron.Application.Imports;
using Padron.Domain.Imports;

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
            if (Text(reader, 3) is { } lada && decimal.TryParse(Text(reader, 4), NumberStyles.Float, CultureInfo.InvariantCulture, out var income))
                rows.Add(new(int.TryParse(Text(reader, 0), CultureInfo.InvariantCulture, out var ranking) ? ranking : null, Text(reader, 1), Text(reader, 2), lada, income));
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

    static SourceRow Row(SqliteDataReader reader) => new(
        reader.GetInt64(0), Text(reader, 1), Text(reader, 2), Text(reader, 3), Text(reader, 4), Text(reader, 5), Text(reader, 6), Text(reader, 7),
        Text(reader, 8), Text(reader, 9), Text(reader, 10), Text(reader, 11));

    SqliteCommand Command(string sql, long afterRow)
    {
        var command = new SqliteCommand(sql, connection);
        command.Parameters.AddWithValue("$after", afterRow);
        return command;
    }

    // SQLite's columns have no type of their own: a number may stand where text is meant, and the other way round.
    static string? Text(SqliteDataReader reader, int column) => reader.GetValue(column) switch
    {
        DBNull => null,
        string text => text,
        byte[] bytes => System.Text.Encoding.UTF8.GetString(bytes),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
