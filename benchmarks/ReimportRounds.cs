using Microsoft.Data.Sqlite;
using Padron.Adapters.Samples;
using Padron.Application.Imports;
using Padron.Benchmarks.Harness;

namespace Padron.Benchmarks;

/// <summary>A second file, nine tenths of whose numbers the register knows, beside the work it can't do without: staging its rows and looking each up.</summary>
/// <remarks>Of the known tell a tenth another name. What stands beside it compares nothing and writes nothing.</remarks>
sealed class ReimportRounds
{
    // Of a contact its id and what a row gives of it, in the shape in which an import stages them.
    const string Given = """
        select p.id, jsonb_strip_nulls(jsonb_build_object(
                   'fullName', p.full_name, 'address', p.address, 'neighborhood', p.neighborhood, 'municipality', p.municipality, 'stateCode', s.state_code, 'city', p.city)) as given
          from read.contact_profiles p
          join read.contact_states s using (id)
        """;

    const double RateAsked = 60_000;

    readonly Register register;
    readonly Track stageAndJoin, readOnly;

    public ReimportRounds(Register register)
    {
        this.register = register;
        stageAndJoin = Series.Beside("COPY of the same rows to a bare table, joined with the streams");
        readOnly = Series.Beside("reading and classifying alone, nothing stored");
    }

    public Series Series { get; } = new(FillBench.Import, "re-import, 90 % known", "rows");

    public Limit Limit => Series.Floor(RateAsked);

    /// <param name="known">A file that the register has, and that is up to date in it.</param>
    /// <param name="rows">Of it.</param>
    /// <param name="seed">Of the numbers that are new.</param>
    public async Task RunAsync(string known, long rows, int seed)
    {
        var next = await WriteAsync(known, rows, seed);
        ImportResult? result = null;
        await Series.Measured.MeasureAsync(async () =>
        {
            result = await register.Get<ImportContactsHandler>().HandleAsync(new(next, Resume: false, "bench"));
            return result.Tally.RowsRead;
        });
        Series.Note = $"at last {result!.Tally.Imported:N0} new, {result.Tally.AlreadyKnown:N0} known, of which {result.Tally.DetailsChanged:N0} changed";

        var staged = Path.Combine(register.Directory, "staged.copy");
        await register.DumpAsync($"{Given} limit {rows}", staged);
        await Series.AlternateAsync(
            rounds: 1,
            (stageAndJoin, () => StageAndJoinAsync(staged, rows)),
            (readOnly, () => ImportRounds.ReadAsync(register, next)));
        File.Delete(staged);
        File.Delete(next);
        await register.CatchUpAsync();
    }

    async Task<string> WriteAsync(string known, long rows, int seed)
    {
        const string Columns = "numero, campo1_original, nombre, direccion, colonia, municipio_cof, estado_cof, lada, ciudad_por_lada, es_valido, fecha_migracion";
        var next = Path.Combine(register.Directory, $"next-{seed}.db");
        await SampleWriter.WriteAsync(new SampleOptions { DatabasePath = next, Rows = rows, Seed = seed });
        await using var connection = new SqliteConnection($"Data Source={next};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"""
            attach $known as known;
            update numeros set ({Columns}) = (select {Columns} from known.numeros k where k.id = numeros.id) where id % 10 <> 0;
            update numeros set nombre = 'SRA ' || nombre where id % 100 between 1 and 9;
            """;
        command.Parameters.AddWithValue("$known", known);
        await command.ExecuteNonQueryAsync();
        return next;
    }

    async Task<double> StageAndJoinAsync(string path, long rows)
    {
        await register.ExecuteAsync("create table bench.staged (id uuid, given jsonb)");
        await register.LoadAsync(path, "bench.staged");
        await register.ScalarAsync<long>("select count(*) from bench.staged join events.mt_streams using (id)");
        await register.ExecuteAsync("drop table bench.staged");
        return rows;
    }
}
