using Padron.Application.Imports;
using Padron.Domain.Imports;

namespace Padron.Integration.Tests.Imports.Phases;

/// <summary>Sources whose tables and columns have other names.</summary>
public sealed class MappingTests : ImportPhasesTest
{
    static readonly SourceMapping Mapping = new(
        "Clientes 2024",
        new Dictionary<string, string?>
        {
            ["numero"] = "Teléfono",
            ["nombre"] = "razón \"social\"",
            ["campo1_original"] = null,
            ["direccion"] = null,
            ["colonia"] = null,
            ["es_valido"] = null,
            ["fecha_migracion"] = null,
        },
        "ricos",
        new Dictionary<string, string?> { ["icpth_2022"] = "ingreso" });

    readonly ContactFile file = new(
        """"
        create table "Clientes 2024" ("Teléfono" text, "razón ""social""" text, municipio_cof text, estado_cof text, lada text, ciudad_por_lada text);
        create table ricos (ranking integer, municipio text, estado text, lada text, ingreso integer);
        create table "notas; drop" (a text, b blob, c real);
        insert into "notas; drop" values ('uno' || char(0) || 'x', x'00ff', 1.5), (null, null, 9e999);
        insert into ricos values (1, 'Guadalajara', 'Jalisco', '33', 90000);
        insert into "Clientes 2024" values ('3312345678', 'ANA', 'Guadalajara', 'Jalisco', '33', 'Guadalajara'), ('5512345678', 'EVA', 'Cuauhtémoc', 'CDMX', '55', 'Ciudad de México');
        """");

    [Fact]
    public async Task Named_by_a_mapping_they_are_imported_validated_and_resumed_like_any_other()
    {
        var result = await ImportAsync(file.Path, Order with { Mapping = Mapping });

        (result.Tally.Imported, result.Validation!.Score, result.PremiumMunicipalities).ShouldBe((2, 100, 1));
        result.Validation.Checks.Single(check => check.Name == "sample").Checked.ShouldBe(2);
        (await Database.ScalarAsync<string>("select full_name from read.contact_profiles where source_row = 2")).ShouldBe("EVA");
        result.Prepared!.Source.Columns.Where(column => column.SourceName is null).Select(column => column.Name)
            .ShouldBe(["campo1_original", "direccion", "colonia", "es_valido", "fecha_migracion"]);
    }

    [Fact]
    public async Task Other_tables_keep_what_JSON_can_hold_whatever_they_are_called()
    {
        await ImportAsync(file.Path, Order with { Mapping = Mapping });

        var tables = Database.Get<ReferenceTables>();
        var notes = (await tables.FindAsync("notas; drop")).ShouldNotBeNull();
        (await tables.RowsAsync(notes).Select(row => row.GetRawText()).ToArrayAsync())
            .ShouldBe(["""{"a": "unox", "b": "AP8=", "c": 1.5}""", """{"a": null, "b": null, "c": null}"""]);
    }

    [Theory]
    [InlineData("telefono", "lacks the columns telefono")]
    [InlineData(null, "gives numero no column")]
    public async Task A_mapping_to_what_is_not_there_is_refused(string? column, string sentence)
    {
        var wrong = Mapping with { Columns = new Dictionary<string, string?>(Mapping.Columns!) { ["numero"] = column } };
        (await Should.ThrowAsync<FormatException>(() => ImportAsync(file.Path, Order with { Mapping = wrong }))).Message.ShouldContain(sentence);
        (await Database.ScalarAsync<long>("select count(*) from padron.import_checkpoints")).ShouldBe(0);
    }

    [Fact]
    public async Task A_mapping_of_columns_that_nobody_knows_is_refused()
    {
        var wrong = Mapping with { Columns = new Dictionary<string, string?>(Mapping.Columns!) { ["telephone"] = "x" } };
        (await Should.ThrowAsync<FormatException>(() => ImportAsync(file.Path, Order with { Mapping = wrong }))).Message.ShouldContain("names telephone");
    }

    protected override void Clean() => file.Dispose();
}
