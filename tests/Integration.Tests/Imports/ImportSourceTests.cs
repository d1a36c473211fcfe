using Padron.Adapters.Imports;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Imports;

/// <summary>Files that cannot be imported: each says in a sentence what is wrong, before anything is stored.</summary>
public sealed class ImportSourceTests : IAsyncLifetime
{
    readonly PadronDatabase database = new();

    [Fact]
    public async Task A_missing_file_is_named()
    {
        (await Should.ThrowAsync<FileNotFoundException>(() => database.ImportAsync("/nowhere/numeros.db"))).Message.ShouldBe("There is no file /nowhere/numeros.db.");
        await NothingHappenedAsync();
    }

    [Theory]
    [InlineData("numero,nombre\n5512345678,ANA\n")]
    [InlineData("SQLite format 3\0 and then nothing that SQLite wrote, however long it goes on, because this is a text and no database at all ....")]
    public async Task What_is_no_SQLite_file_is_refused(string content)
    {
        using var folder = new ContactFile();
        await File.WriteAllTextAsync(folder.Path, content);
        await RefusedAsync(folder.Path, $"{folder.Path} can't be read as a SQLite database: ");
    }

    [Fact]
    public async Task An_empty_database_has_no_table()
    {
        using var file = new ContactFile("create table otros (id integer)");
        await RefusedAsync(file.Path, $"{file.Path} has no table 'numeros', where the contacts should be.");
    }

    [Fact]
    public async Task Missing_columns_are_named()
    {
        using var file = new ContactFile("create table numeros (id integer primary key, NUMERO, campo1_original, nombre, direccion, colonia, estado_cof, lada, ciudad_por_lada, es_valido)");
        await RefusedAsync(file.Path, $"The table 'numeros' of {file.Path} lacks the columns municipio_cof, fecha_migracion.");
    }

    [Theory]
    [InlineData("create view numeros as select * from filas", "filas")]
    [InlineData(null, "numeros")]
    public async Task What_has_no_row_ids_is_refused(string? view, string table)
    {
        var withoutRowId = ContactFile.Numeros.Replace("numeros", table, StringComparison.Ordinal) + (view is null ? " without rowid" : "");
        using var file = new ContactFile(view is null ? [withoutRowId] : [withoutRowId, view]);
        file.Execute($"insert into {table} (id, numero) values (1, '5512345678')");
        await RefusedAsync(file.Path, $"'numeros' of {file.Path} has no row ids");
    }

    [Fact]
    public async Task A_file_that_is_damaged_in_the_middle_is_interrupted_with_a_sentence()
    {
        using var file = new ContactFile();
        file.Execute("insert into numeros (numero, nombre) with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000) select 5510000000 + i, 'ANA' from n");
        var bytes = await File.ReadAllBytesAsync(file.Path);
        bytes.AsSpan(bytes.Length / 2).Fill(0xAA);
        await File.WriteAllBytesAsync(file.Path, bytes);

        (await Should.ThrowAsync<FormatException>(() => database.ImportAsync(file.Path, batchSize: 100))).Message.ShouldStartWith($"{file.Path} can't be read");
    }

    [Fact]
    public async Task A_ranking_with_other_columns_is_refused_before_the_import_begins()
    {
        using var file = new ContactFile(ContactFile.Numeros, "create table mejores_ladas (lada, ingreso)");
        file.Add("5512345678");
        await RefusedAsync(file.Path, $"The table 'mejores_ladas' of {file.Path} lacks the columns ranking, municipio, estado, icpth_2022.");
    }

    [Fact]
    public async Task A_ranking_of_any_storage_class_is_read_and_a_slice_stands_for_its_LADA()
    {
        using var file = new ContactFile(ContactFile.Numeros, "create table mejores_ladas (ranking, municipio, estado, icpth_2022, lada)");
        file.Execute("insert into mejores_ladas values (1, 'SAN PEDRO', 'NL', 90000, 811), ('2', 'MÉRIDA', NULL, '80000.5', '999'), (NULL, x'4D', 'X', 1.0, '999'), (4, 'SIN INGRESO', 'X', NULL, '55'), (5, 'SIN LADA', 'X', 5, '000'), (6, char(65, 0, 66), 'X', 70000, 55.0)");
        file.Add("5512345678");

        var result = await database.ImportAsync(file.Path);

        result.PremiumMunicipalities.ShouldBe(5);
        (await database.RowsAsync("select rank, lada, icpth_2022 from padron.premium_ladas")).ShouldBe(
            ["""{"rank":1,"lada":"81","icpth_2022":90000}""", """{"rank":2,"lada":"999","icpth_2022":80000.5}""", """{"rank":3,"lada":"55","icpth_2022":70000}"""]);
    }

    [Fact]
    public async Task A_source_is_read_in_order_of_its_rows_behind_any_of_them()
    {
        using var file = new ContactFile();
        foreach (var id in (long[])[3, long.MaxValue, -5, 1])
            file.Execute("insert into numeros (id, numero) values ($0, $0)", id);
        await using var source = new SqliteContactSourceOpener().Open(file.Path);

        Rows(long.MinValue).ShouldBe([[-5, 1], [3, long.MaxValue]]);
        Rows(1).ShouldBe([[3, long.MaxValue]]);
        Rows(long.MaxValue).ShouldBeEmpty();

        long[][] Rows(long after) => [.. source.Read(after, 2).Select(batch => batch.Select(row => row.Row).ToArray())];
    }

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    async Task RefusedAsync(string path, string sentence)
    {
        var message = (await Should.ThrowAsync<FormatException>(() => database.ImportAsync(path))).Message;
        message.ShouldStartWith(sentence);
        message.ShouldNotContain("\n");
        await NothingHappenedAsync();
    }

    async Task NothingHappenedAsync() => (await database.ScalarAsync<long>("select count(*) from events.mt_events")).ShouldBe(0);
}
