using System.Globalization;
using Bogus;

namespace Padron.Adapters.Samples;

/// <summary>Makes rows: decides what each is to be, tells the tally, and only then writes its text.</summary>
sealed class SampleRows
{
    const uint RandomStream = 4;

    static readonly string?[] NoLada = [null, "", "0", "S/L"];
    static readonly string?[] ValidWords = ["1", "S", "SI", null];
    static readonly string[] NotValidWords = ["0", "N", "NO"];

    readonly long seed;
    readonly DirtRates rates;
    readonly Dirt[] wholeForms;
    readonly NumberPool numbers;
    readonly RowIntentions intentions;
    readonly SamplePlaces places;
    readonly SamplePeople people;
    readonly TruthTally tally;
    readonly string[] isoDates, slashedDates;

    public SampleRows(SampleOptions options, Geography geography, SamplePlan plan, TruthTally tally)
    {
        seed = options.Seed;
        rates = options.Dirt;
        this.tally = tally;
        // A duplicate is written in the ways this file writes numbers; a clean file has clean duplicates.
        wholeForms = [.. DirtOutcomes.WholeNumberForms.Where(form => rates[form] > 0)];
        numbers = new(geography, plan, seed);
        intentions = new(seed, rates);
        places = new(geography, rates, tally);

        var faker = new Faker("es_MX") { Random = new Randomizer(BogusSeed(seed)) };
        people = new(new SampleNames(faker), new SampleAddresses(faker), rates, tally);

        var first = new DateTime(2025, 7, 28, 9, 0, 0, DateTimeKind.Unspecified);
        DateTime[] dates = [.. Enumerable.Range(0, 4_096).Select(i => first.AddSeconds(i * 167))];
        isoDates = [.. dates.Select(date => date.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture))];
        slashedDates = [.. dates.Select(date => date.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture))];
    }

    /// <summary>The row of an id. Each id is to be asked for once, as the tally counts it.</summary>
    public SampleRow Next(long id)
    {
        tally.Row();
        var random = RowRandom.For(seed, RandomStream, id);
        var intention = intentions[id];
        var number = numbers[intention.NumberRow];
        var national = number.National.ToString(CultureInfo.InvariantCulture);

        var (numero, original) = Number(intention.Form, national, number.Lada, ref random);
        var lada = Lada(intention.Form, national, number.Lada, ref random);
        var place = places.Of(number.Lada, ref random);
        var person = people.At(place, ref random);
        var (validity, isNumber, isValid) = Validity(ref random);
        var date = Counted(Dirt.SlashedDate, ref random) ? random.Of(slashedDates) : random.Of(isoDates);

        Judge(intention.Form, number, place.Counted, isValid);
        return new(
            id, numero, original, person.Name, person.Street, person.Colonia, person.Municipality, person.State,
            lada, number.Lada.City, validity, isNumber, date);
    }

    void Judge(Dirt? form, SampleNumber number, SampleState state, bool isValid)
    {
        if (form is { } kind)
            tally.Dirty(kind);

        if (form?.RejectedAs() is { } reason)
            tally.Rejected(reason);
        else if (form is Dirt.Duplicate)
            tally.Duplicate();
        else
            tally.Imported(number, state, isValid, isInferred: form is Dirt.LocalNumber);
    }

    /// <summary>numero and campo1_original always read as the same number, or fail alike, so that it does not matter which of them an import trusts.</summary>
    (string? Numero, string? Original) Number(Dirt? form, string national, SampleLada lada, ref RowRandom random)
    {
        switch (form)
        {
            case null:
                return (national, random.Chance(0.3) ? InAnotherForm(national, lada, ref random).Text : national);
            case Dirt.Duplicate:
                var (text, used) = InAnotherForm(national, lada, ref random);
                if (used is { } dirt)
                    tally.Dirty(dirt);
                return (text, text);
            case { } readable when readable.RejectedAs() is null:
                var written = ReadableNumbers.Write(readable, national, lada, ref random);
                return (written, written);
            case { } unreadable:
                var spoilt = UnreadableNumbers.Write(unreadable, national, lada, ref random);
                return (spoilt, spoilt);
        }
    }

    (string Text, Dirt? Form) InAnotherForm(string national, SampleLada lada, ref RowRandom random)
    {
        if (wholeForms is [] || random.Chance(0.3))
            return (national, null);
        var form = random.Of(wholeForms);
        return (ReadableNumbers.Write(form, national, lada, ref random), form);
    }

    string? Lada(Dirt? form, string national, SampleLada lada, ref RowRandom random)
    {
        if (form is Dirt.LocalWithoutLada)
            return random.Of(NoLada);
        return lada.Code.Length == 2 && Counted(Dirt.LadaSlice, ref random) ? national[..3] : lada.Code;
    }

    (string? Text, bool IsNumber, bool IsValid) Validity(ref RowRandom random)
    {
        var isValid = !Counted(Dirt.NotValid, ref random);
        if (Counted(Dirt.ValidityAsWord, ref random))
            return (isValid ? random.Of(ValidWords) : random.Of(NotValidWords), false, isValid);
        return (isValid ? "1" : "0", true, isValid);
    }

    bool Counted(Dirt kind, ref RowRandom random)
    {
        var falls = random.Chance(rates[kind]);
        if (falls)
            tally.Dirty(kind);
        return falls;
    }

    /// <summary>Bogus takes 32 bits; <see cref="object.GetHashCode"/> promises nothing across runs.</summary>
    static int BogusSeed(long seed) => (int)(RowRandom.For(seed, RandomStream, 0).Next() >> 33);
}
