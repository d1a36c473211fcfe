using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Padron.Integration.Tests.Http;

/// <summary>Other tables of imported sources, of each name the newest.</summary>
public sealed class ReferenceTableTests(PadronHost host) : IClassFixture<PadronHost>
{
    [Fact]
    public async Task The_newest_of_a_name_is_read_page_by_page()
    {
        await host.Database.ExecuteAsync(
            """
            insert into padron.reference_tables (import_id, name, columns, rows) values
                ('0198c0de-0000-7000-8000-000000000001', 'estadísticas 2024', '{a}', 1), ('0198c0de-0000-7000-8000-000000000002', 'estadísticas 2024', '{a}', 3);
            insert into padron.reference_rows (import_id, table_name, ordinal, data)
            select '0198c0de-0000-7000-8000-000000000002', 'estadísticas 2024', n, jsonb_build_object('a', n) from generate_series(1, 3) n
            """);

        var tables = await host.Client.GetFromJsonAsync<JsonElement[]>("/v1/reference-tables");
        tables.ShouldHaveSingleItem().GetProperty("rows").GetInt64().ShouldBe(3);
        var rows = await host.Client.GetFromJsonAsync<JsonElement[]>($"/v1/reference-tables/{Uri.EscapeDataString("estadísticas 2024")}?after=1&limit=1");
        rows.ShouldHaveSingleItem().GetProperty("a").GetInt32().ShouldBe(2);
        (await host.Client.GetAsync("/v1/reference-tables/nothing")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
