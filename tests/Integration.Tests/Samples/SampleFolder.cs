using Microsoft.Data.Sqlite;
using Padron.Adapters.Samples;

namespace Padron.Integration.Tests.Samples;

/// <summary>A folder for the samples of one test, and questions to them in SQL: no parser of ours stands between.</summary>
sealed class SampleFolder : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("padron-sample-");

    public string Database => Path.Combine(folder.FullName, "numeros.db");
    public string Plan => Path.Combine(folder.FullName, "numeros.plan.csv");
    public string Truth => Path.Combine(folder.FullName, "numeros.truth.json");
    public string[] Files => [.. folder.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal)];

    public Task<SampleTruth> WriteAsync(long rows, DirtRates? dirt = null, long seed = 1) =>
        SampleWriter.WriteAsync(new SampleOptions { DatabasePath = Database, Rows = rows, Seed = seed, Dirt = dirt ?? DirtRates.Believable });

    public long Count(string where) => (long)Rows($"select count(*) from numeros where {where}")[0][0]!;

    public List<object?[]> Rows(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        List<object?[]> rows = [];
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? null : reader.GetValue(column))]);
        return rows;
    }

    public void Dispose() => folder.Delete(recursive: true);
}
