using Padron.Application.Contacts;
using Padron.Application.Search;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Imports;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Bulk;
using Padron.Projections.Rebuilds;
using Padron.Projections.Search;

namespace Padron.Integration.Tests.Search;

public sealed class ContactSearchTests : IAsyncLifetime
{
    readonly PadronDatabase database = new();
    long next = 5510001000;

    ContactSearch Search => database.Get<ContactSearch>();

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    [Theory]
    [InlineData("GARCÍA LÓPEZ MARÍA", "garcia maria")]
    [InlineData("GARCÍA LÓPEZ MARÍA", "María García")]
    [InlineData("GARCÍA LÓPEZ MARÍA", "lopez mar")]
    [InlineData("MUÑOZ NÚÑEZ ÁNGEL", "munoz Nuñez")]
    [InlineData("PEÑA-NIETO J.", "peña nieto")]
    [InlineData("O'HARA JOSÉ", "o'hara")]
    [InlineData("D' ANGELO", @"d' \ angelo &")]
    public async Task Words_find_a_name_in_any_order_whatever_accents_and_case(string name, string typed)
    {
        var phone = await GivenAsync(name);
        await GivenAsync("PRUEBA UNO");

        (await FindAsync(typed)).ShouldBe([phone]);
    }

    [Theory]
    [InlineData("av juarez 12")]
    [InlineData("juárez centro")]
    [InlineData("12-B juarez")]
    [InlineData("AV.JUAREZ")]
    public async Task Words_find_an_address_as_well(string typed)
    {
        var phone = await GivenAsync("ANA", "Av.Juárez 12-B S/N", "Centro");
        await GivenAsync("ANA", "Calle Hidalgo 12", "Centro");

        (await FindAsync(typed)).ShouldBe([phone]);
    }

    [Theory]
    [InlineData("gonsalez", "gonzalez")]
    [InlineData("GONZALES", "gonzalez")]
    [InlineData("gonzalezz", "gonzalez")]
    [InlineData("hernandes", "hernandez")]
    public async Task A_word_that_nobody_has_is_taken_for_those_that_are_like_it(string typed, string meant)
    {
        await GivenAsync("GONZÁLEZ ANA");
        await GivenAsync("HERNÁNDEZ ANA");
        await database.CatchUpAsync();

        var page = await Search.ByTextAsync($"{typed} ana", 10);

        page.Corrected.ShouldHaveSingleItem().Value.ShouldBe([meant]);
        page.Contacts.ShouldHaveSingleItem().FullName.ShouldStartWith(meant[..3], Case.Insensitive);
    }

    [Fact]
    public async Task Nothing_is_like_a_word_that_is_like_nothing()
    {
        await GivenAsync("GONZÁLEZ ANA");
        await database.CatchUpAsync();

        var page = await Search.ByTextAsync("ana xilófono", 10);

        page.Contacts.ShouldBeEmpty();
        page.Corrected.ShouldHaveSingleItem().Value.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_show_every_contact_once()
    {
        var phones = new List<string>();
        for (var i = 0; i < 7; i++)
            phones.Add(await GivenAsync("LUNA SOL"));
        await database.CatchUpAsync();

        (await PagesAsync(cursor => Search.ByTextAsync("sol luna", 3, cursor))).ShouldBe(phones, ignoreOrder: true);
        (await PagesAsync(cursor => Search.ByPhoneAsync("551000", 3, cursor))).ShouldBe(phones);
        (await Search.ByTextAsync("sol luna", 7)).Cursor.ShouldBeNull();
    }

    [Theory]
    [InlineData(-1)] // before the first statistics
    [InlineData(30)]
    [InlineData(5_000)]
    [InlineData(36_600_000)]
    public async Task Words_find_the_same_pages_however_many_contacts_the_statistics_know(int contacts)
    {
        var phones = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            phones.Add(await GivenAsync("LUNA SOL"));
            await GivenAsync("LUNA MAR");
        }

        await database.CatchUpAsync();
        await database.ExecuteAsync($"update pg_class set reltuples = {contacts} where oid = 'read.contact_profiles'::regclass"); // the stretches of ids go by them
        var inOrder = await database.ScalarAsync<string[]>("select array_agg(phone_e164 order by id) from read.contacts where full_name = 'LUNA SOL'");

        (await PagesAsync(cursor => Search.ByTextAsync("sol luna", 3, cursor))).ShouldBe(inOrder);
        inOrder.ShouldBe(phones, ignoreOrder: true);
    }

    [Fact]
    public async Task A_correction_is_found_and_what_it_corrected_is_not()
    {
        var phone = await GivenAsync("JUAN VIEJO");
        await database.Contacts.ExecuteAsync(
            PhoneNumber.Parse(phone), new CorrectContact("JUAN NUEVO", null, null, null, null, null, "ana", DateTimeOffset.UnixEpoch), ContactDecider.Decide, EventMetadata.None);

        (await FindAsync("juan nuevo")).ShouldBe([phone]);
        (await FindAsync("juan viejo")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("5510001000", new[] { "+525510001000" })]
    [InlineData("+52 55 1000 1000", new[] { "+525510001000" })]
    [InlineData("55-1000-10", new[] { "+525510001000", "+525510001001" })]
    [InlineData("551", new[] { "+525510001000", "+525510001001" })]
    [InlineData("552", new string[0])]
    public async Task A_number_is_found_by_its_beginning_in_any_spelling(string typed, string[] expected)
    {
        await GivenAsync("A");
        await GivenAsync("B");
        await database.CatchUpAsync();

        (await Search.ByPhoneAsync(typed, 10)).Contacts.Select(contact => contact.PhoneE164).ShouldBe(expected);
    }

    [Theory]
    [InlineData("1001", new[] { "+525510001001", "+525510011001" })]
    [InlineData("01 1001", new[] { "+525510011001" })]
    [InlineData("5510001001", new[] { "+525510001001" })]
    [InlineData("9999", new string[0])]
    public async Task A_number_is_found_by_its_end(string typed, string[] expected)
    {
        await GivenAsync("A");
        await GivenAsync("B");
        next = 5510011001;
        await GivenAsync("C");
        await database.CatchUpAsync();

        (await Search.ByPhoneEndingAsync(typed, 10)).Contacts.Select(contact => contact.PhoneE164).ShouldBe(expected);
    }

    [Theory]
    [InlineData("12")]
    [InlineData("cincuenta")]
    [InlineData("12345678901")]
    [InlineData("1234567890123456")]
    [InlineData("")]
    public async Task What_is_no_part_of_a_number_is_refused(string typed)
    {
        (await Should.ThrowAsync<RuleViolationException>(() => Search.ByPhoneAsync(typed, 10))).Code.ShouldBe("search_digits");
        (await Should.ThrowAsync<RuleViolationException>(() => Search.ByPhoneEndingAsync(typed, 10))).Code.ShouldBe("search_digits");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" .-/ ")]
    [InlineData("\t'\\")]
    public async Task Nothing_to_look_for_is_refused(string typed) =>
        (await Should.ThrowAsync<RuleViolationException>(() => Search.ByTextAsync(typed, 10))).Code.ShouldBe("search_empty");

    [Fact]
    public async Task After_an_initial_load_the_search_indexes_are_there_as_before()
    {
        var before = await IndexesAsync();
        using var file = new ContactFile();
        file.Add("5512345678", name: "GARCÍA LÓPEZ MARÍA");

        await database.ImportAsync(file.Path);

        (await IndexesAsync()).ShouldBe(before);
        (await database.ScalarAsync<long>("select count(*) from bulk.later_indexes")).ShouldBe(0);
        (await FindAsync("garcia")).ShouldBe(["+525512345678"]);
    }

    [Fact]
    public async Task An_index_that_is_missing_or_half_built_is_said_so_and_then_built()
    {
        var phone = await GivenAsync("GARCÍA");
        await database.CatchUpAsync();
        var before = await IndexesAsync();
        await database.ExecuteAsync(
            """
            insert into bulk.later_indexes
            select schemaname || '.' || indexname, replace(indexdef, 'CREATE INDEX ', 'create index concurrently ') from pg_indexes where indexname = any ($1)
            """,
            (object)ContactSearchIndexes.Names.ToArray());
        await database.ExecuteAsync($"drop index read.{ContactSearchIndexes.PhoneEnding}");
        await database.ExecuteAsync($"update pg_index set indisvalid = false where indexrelid = 'read.{ContactSearchIndexes.Text}'::regclass"); // as a killed builder leaves it

        (await Should.ThrowAsync<RuleViolationException>(() => Search.ByTextAsync("garcia", 10))).Code.ShouldBe("search_not_ready");
        (await Should.ThrowAsync<RuleViolationException>(() => Search.ByPhoneEndingAsync("1000", 10))).Code.ShouldBe("search_not_ready");
        await Task.WhenAll(LaterIndexes.BuildAsync(database.DataSource, progress: null), LaterIndexes.BuildAsync(database.DataSource, progress: null));

        (await IndexesAsync()).ShouldBe(before);
        (await FindAsync("garcia")).ShouldBe([phone]);
    }

    [Fact]
    public async Task The_vocabulary_is_the_same_whatever_the_pages()
    {
        await GivenAsync("GARCÍA LÓPEZ MARÍA", "Av. Juárez 12-B", "Centro");
        await GivenAsync("GARCÍA X", "Calle 5", null);
        await database.CatchUpAsync();
        var words = await database.RowsAsync("select word from read.search_vocabulary");
        words.Count.ShouldBe(6);

        await new ProjectionRebuild(database.DataSource, database.CatchUp, TimeProvider.System) { PageSize = 1 }.RunAsync(VocabularyProjection.Definition);

        (await database.RowsAsync("select word from read.search_vocabulary")).ShouldBe(words);
    }

    Task<IReadOnlyList<string>> IndexesAsync() => database.RowsAsync(
        "select indexdef, indisvalid from pg_indexes join pg_index on indexrelid = (schemaname || '.' || indexname)::regclass where tablename in ('contact_profiles', 'contact_states')");

    async Task<IEnumerable<string>> FindAsync(string typed)
    {
        await database.CatchUpAsync();
        return (await Search.ByTextAsync(typed, 10)).Contacts.Select(contact => contact.PhoneE164);
    }

    static async Task<List<string>> PagesAsync(Func<Guid?, Task<ContactPage>> read)
    {
        var found = new List<string>();
        Guid? cursor = null;
        do
        {
            var page = await read(cursor);
            found.AddRange(page.Contacts.Select(contact => contact.PhoneE164));
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return found;
    }

    async Task<string> GivenAsync(string name, string? address = null, string? neighborhood = null)
    {
        var phone = PhoneNumber.Mexican(next++);
        await database.Get<RegisterContactHandler>().HandleAsync(new NewContact(phone, null, name, address, neighborhood), "ana");
        return phone.ToString();
    }
}
