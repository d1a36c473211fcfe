using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Padron.Adapters.Imports;
using SQLitePCL;

namespace Padron.Adapters.Backups;

/// <summary>A hash of what a SQLite database holds: every value of every table, whatever the pages are like that it stands on.</summary>
/// <remarks>A copy's file is never byte for byte its source: SQLite counts changes in the header, and some of the source may stand in its log.</remarks>
static class SqliteContent
{
    const int RowsBetweenLooks = 10_000;

    public static string Sha256(SqliteConnection connection, CancellationToken ct)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, sql) in Tables(connection))
        {
            AddText(sha256, sql);
            AddRows(sha256, connection.Handle!, $"select * from {SourceLayout.Quoted(name)}", ct);
        }

        return Convert.ToHexStringLower(sha256.GetHashAndReset());
    }

    static List<(string Name, string Sql)> Tables(SqliteConnection connection)
    {
        using var command = new SqliteCommand("select name, sql from sqlite_schema where type = 'table' and sql is not null order by name", connection);
        using var reader = command.ExecuteReader();
        var tables = new List<(string, string)>();
        while (reader.Read())
            tables.Add((reader.GetString(0), reader.GetString(1)));
        return tables;
    }

    // On SQLite's own interface: millions of rows without a string for each value.
    static void AddRows(IncrementalHash sha256, sqlite3 database, string sql, CancellationToken ct)
    {
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out var statement), database);
        using (statement)
        {
            var columns = raw.sqlite3_column_count(statement);
            int result;
            for (var row = 0L; (result = raw.sqlite3_step(statement)) is raw.SQLITE_ROW; row++)
            {
                if (row % RowsBetweenLooks == 0)
                    ct.ThrowIfCancellationRequested();
                for (var column = 0; column < columns; column++)
                    AddValue(sha256, statement, column);
            }

            if (result is not raw.SQLITE_DONE)
                SqliteException.ThrowExceptionForRC(result, database);
        }
    }

    // Type and length go before each value, so that no two rows can read alike.
    static void AddValue(IncrementalHash sha256, sqlite3_stmt statement, int column)
    {
        var type = raw.sqlite3_column_type(statement, column);
        Span<byte> head = stackalloc byte[9];
        head[0] = (byte)type;
        var value = type is raw.SQLITE_TEXT or raw.SQLITE_BLOB ? raw.sqlite3_column_blob(statement, column) : [];
        BinaryPrimitives.WriteInt64LittleEndian(head[1..], type switch
        {
            raw.SQLITE_INTEGER => raw.sqlite3_column_int64(statement, column),
            raw.SQLITE_FLOAT => BitConverter.DoubleToInt64Bits(raw.sqlite3_column_double(statement, column)),
            _ => value.Length,
        });
        sha256.AppendData(head);
        sha256.AppendData(value);
    }

    static void AddText(IncrementalHash sha256, string text) => sha256.AppendData(System.Text.Encoding.UTF8.GetBytes(text + "\0"));
}
