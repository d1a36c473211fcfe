using Padron.Domain;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;
using Padron.Projections;

namespace Padron.Integration.Tests.Projections;

public sealed class ReadSchemaTests(PadronDatabase database) : IClassFixture<PadronDatabase>
{
    [Fact]
    public async Task The_states_are_those_of_the_domain() =>
        (await database.ReadAsync("select state_code, state_name from read.states", r => (r.GetString(0), r.GetString(1))))
            .ShouldBe(MexicanStates.All.Select(state => (state.Code, state.Name)), ignoreOrder: true);

    [Fact]
    public async Task The_view_of_contacts_has_the_customers_columns() =>
        (await database.ReadAsync(
            "select column_name::text from information_schema.columns where table_schema = 'read' and table_name = 'contacts' order by ordinal_position", r => r.GetString(0)))
            .ShouldBe(
            [
                "id", "phone_e164", "phone_national", "phone_original", "full_name", "address", "neighborhood", "municipality", "state_code", "state_name",
                "lada", "city", "is_valid", "is_mobile", "carrier", "status", "opt_out_at", "opt_out_method", "opt_out_user_id", "extracted_at",
                "extraction_id", "migrated_at", "created_at", "updated_at", "version", "last_sent_at", "send_count",
            ]);

    [Theory]
    [InlineData("MERIDA", "MERIDA")]
    [InlineData("Mérida", "MERIDA")]
    [InlineData("mérida", "MERIDA")]
    [InlineData("MÉRIDA", "MERIDA")]
    [InlineData("  Mérida  ", "MERIDA")]
    [InlineData("\tMérida\r\n", "MERIDA")]
    [InlineData("San   Luis\tPotosí", "SAN LUIS POTOSI")]
    [InlineData("Ciudad de México", "CIUDAD DE MEXICO")]
    [InlineData("Peñón Blanco", "PENON BLANCO")]
    [InlineData("ÑUMÍ", "NUMI")]
    [InlineData("Güémez", "GUEMEZ")]
    [InlineData("ÁÉÍÓÚÜáéíóúü", "AEIOUUAEIOUU")]
    [InlineData("São Paulo, Français", "SAO PAULO, FRANCAIS")]
    [InlineData("Dr. Arroyo-2", "DR. ARROYO-2")]
    [InlineData("", "")]
    [InlineData("   ", "")]
    public async Task Places_are_compared_without_accents_case_and_surplus_space(string name, string key)
    {
        (await database.ScalarAsync<string>("select read.place_key($1)", name)).ShouldBe(key);
        (await database.ScalarAsync<string>("select read.place_key(read.place_key($1))", name)).ShouldBe(key);
        ExpectedContacts.PlaceKey(name).ShouldBe(key);
    }

    [Fact]
    public async Task A_place_that_is_not_known_has_no_key() => (await database.ScalarAsync<bool>("select read.place_key(null) is null")).ShouldBeTrue();

    [Fact]
    public async Task Every_table_of_the_read_schema_belongs_to_one_projection() =>
        (await database.ReadAsync("select 'read.' || relname from pg_class where relnamespace = 'read'::regnamespace and relkind = 'r'", r => r.GetString(0)))
            .ShouldBe(ReadModels.All.SelectMany(projection => projection.Tables).Append("read.states"), ignoreOrder: true);

    [Fact]
    public void Projections_read_events_by_the_names_they_are_stored_under()
    {
        var statements = string.Join('\n', ReadModels.All.SelectMany(projection => projection.Statements));
        EventJson.EventClasses.Select(EventTypes.NameOf).Where(name => !statements.Contains($"'{name}'", StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
