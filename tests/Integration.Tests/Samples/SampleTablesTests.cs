using Padron.Adapters.Samples;

namespace Padron.Integration.Tests.Samples;

public sealed class SampleTablesTests : IDisposable
{
    readonly SampleFolder sample = new();

    [Fact]
    public async Task The_tables_have_the_columns_of_the_customers_file()
    {
        await sample.WriteAsync(10);

        Columns("numeros").ShouldBe(
        [
            "id", "numero", "campo1_original", "nombre", "direccion", "colonia", "municipio_cof", "estado_cof", "lada", "ciudad_por_lada", "es_valido",
            "fecha_migracion",
        ]);
        Columns("mejores_ladas").ShouldBe(["ranking", "municipio", "estado", "icpth_2022", "lada", "zona_horaria", "hora_recomendada", "pib"]);
        sample.Rows("select name from sqlite_schema where type = 'table' order by name").Select(row => row[0]).ShouldBe(["estadisticas_migracion", "ladas_faltantes", "mejores_ladas", "numeros"]);
        sample.Rows("select total from estadisticas_migracion where concepto = 'filas'")[0][0].ShouldBe(10L);
    }

    [Fact]
    public async Task Ids_run_from_one_without_a_gap()
    {
        await sample.WriteAsync(2_000);
        sample.Rows("select min(id), max(id), count(*) from numeros")[0].ShouldBe([1L, 2_000L, 2_000L]);
    }

    [Fact]
    public async Task The_best_LADAs_are_thirty_municipalities_in_order_of_income_and_LADAs_repeat()
    {
        await sample.WriteAsync(10);

        var ladas = sample.Rows("select ranking, icpth_2022, lada from mejores_ladas order by ranking");
        ladas.Select(row => row[0]).ShouldBe(Enumerable.Range(1, 30).Select(rank => (object)(long)rank));
        ladas.Select(row => (long)row[1]!).ShouldBeInOrder(SortDirection.Descending);
        ladas.Count(row => row[2] is "844").ShouldBe(2);
        ladas.Count(row => row[2] is "55").ShouldBeGreaterThan(2);
        ladas.Count(row => row[2] is "81").ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task A_file_without_dirt_has_a_number_of_its_own_in_each_row()
    {
        await sample.WriteAsync(150_000, DirtRates.None); // more than two rounds of slots
        sample.Rows("select count(distinct numero) from numeros")[0][0].ShouldBe(150_000L);
        sample.Count("length(numero) = 10 and numero not glob '*[^0-9]*'").ShouldBe(150_000);
        sample.Count("campo1_original is numero").ShouldBe(150_000);
    }

    public void Dispose() => sample.Dispose();

    IEnumerable<string> Columns(string table) => sample.Rows($"select name from pragma_table_info('{table}')").Select(row => (string)row[0]!);
}
