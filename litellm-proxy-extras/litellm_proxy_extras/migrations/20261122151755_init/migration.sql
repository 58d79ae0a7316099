-- CreateEnum
CREATE TYPE "LiteLLM_MemberRole" AS ENUM ('admin', 'member');

-- CreateTable
CREATE TABLE "LiteLLM_Budget" (
    "budget_id" TEXT NOT NULL,
    "max_spend" DOUBLE PRECISION,
    "warn_spend" DOUBLE PRECISION,
    "tokens_per_minute" INTEGER,
    "requests_per_minute" INTEGER,
    "parallel_requests" INTEGER,
    "spend_by_model" JSONB,
    "renews_every" TEXT,
    "renews_at" TIMESTAMP(3),
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,
    "updated_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_by" TEXT NOT NULL,

    CONSTRAINT "LiteLLM_Budget_pkey" PRIMARY KEY ("budget_id")
);

-- CreateTable
CREATE TABLE "LiteLLM_Organization" (
    "organization_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "budget_id" TEXT NOT NULL,
    "models" TEXT[],
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "spend" DOUBLE PRECISION NOT NULL DEFAULT 0.0,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,
    "updated_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_by" TEXT NOT NULL,

    CONSTRAINT "LiteLLM_Organization_pkey" PRIMARY KEY ("organization_id")
);

-- CreateTable
CREATE TABLE "LiteLLM_Team" (
    "team_id" TEXT NOT NULL,
    "name" TEXT,
    "organization_id" TEXT,
    "alias_set_id" INTEGER,
    "models" TEXT[],
    "permissions" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "spend" DOUBLE PRECISION NOT NULL DEFAULT 0.0,
    "max_spend" DOUBLE PRECISION,
    "tokens_per_minute" INTEGER,
    "requests_per_minute" INTEGER,
    "renews_every" TEXT,
    "renews_at" TIMESTAMP(3),
    "blocked" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LiteLLM_Team_pkey" PRIMARY KEY ("team_id")
);

-- CreateTable
CREATE TABLE "LiteLLM_ModelAliases" (
    "id" SERIAL NOT NULL,
    "aliases" JSONB,
    "updated_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_by" TEXT NOT NULL,

    CONSTRAINT "LiteLLM_ModelAliases_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LiteLLM_TeamMember" (
    "team_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "role" "LiteLLM_MemberRole" NOT NULL DEFAULT 'member',
    "spend" DOUBLE PRECISION NOT NULL DEFAULT 0.0,
    "budget_id" TEXT,
    "joined_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LiteLLM_TeamMember_pkey" PRIMARY KEY ("team_id","user_id")
);

-- CreateTable
CREATE TABLE "LiteLLM_User" (
    "user_id" TEXT NOT NULL,
    "email" TEXT,
    "display_name" TEXT,
    "role" TEXT,
    "sso_subject" TEXT,
    "organization_id" TEXT,
    "models" TEXT[],
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "spend" DOUBLE PRECISION NOT NULL DEFAULT 0.0,
    "max_spend" DOUBLE PRECISION,
    "renews_every" TEXT,
    "renews_at" TIMESTAMP(3),
    "created_at" TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LiteLLM_User_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "LiteLLM_Customer" (
    "customer_id" TEXT NOT NULL,
    "alias" TEXT,
    "region" TEXT,
    "default_model" TEXT,
    "spend" DOUBLE PRECISION NOT NULL DEFAULT 0.0,
    "blocked" BOOLEAN NOT NULL DEFAULT false,
    "budget_id" TEXT,

    CONSTRAINT "LiteLLM_Customer_pkey" PRIMARY KEY ("customer_id")
);

-- CreateTable
CREATE TABLE "LiteLLM_Invitation" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "sent_by" TEXT NOT NULL,
    "accepted" BOOLEAN NOT NULL DEFAULT false,
    "accepted_at" TIMESTAMP(3),
    "expires_at" TIMESTAMP(3) NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LiteLLM_Invitation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LiteLLM_VirtualKey" (
    "token" TEXT NOT NULL,
    "masked" TEXT,
    "alias" TEXT,
    "user_id" TEXT,
    "team_id" TEXT,
    "organization_id" TEXT,
    "budget_id" TEXT,
    "models" TEXT[],
    "routes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "cache_controls" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "aliases" JSONB NOT NULL DEFAULT '{}',
    "permissions" JSONB NOT NULL DEFAULT '{}',
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "spend" DOUBLE PRECISION NOT NULL DEFAULT 0.0,
    "max_spend" DOUBLE PRECISION,
    "tokens_per_minute" INTEGER,
    "requests_per_minute" INTEGER,
    "parallel_requests" INTEGER,
    "blocked" BOOLEAN,
    "expires" TIMESTAMP(3),
    "renews_every" TEXT,
    "renews_at" TIMESTAMP(3),
    "created_at" TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT,
    "updated_at" TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP,
    "updated_by" TEXT,

    CONSTRAINT "LiteLLM_VirtualKey_pkey" PRIMARY KEY ("token")
);

-- CreateTable
CREATE TABLE "LiteLLM_Credential" (
    "credential_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "values" JSONB NOT NULL,
    "info" JSONB,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,
    "updated_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_by" TEXT NOT NULL,

    CONSTRAINT "LiteLLM_Credential_pkey" PRIMARY KEY ("credential_id")
);

-- CreateTable
CREATE TABLE "LiteLLM_ProxyModel" (
    "model_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "info" JSONB,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,
    "updated_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_by" TEXT NOT NULL,

    CONSTRAINT "LiteLLM_ProxyModel_pkey" PRIMARY KEY ("model_id")
);

-- CreateTable
CREATE TABLE "LiteLLM_Config" (
    "name" TEXT NOT NULL,
    "value" JSONB,

    CONSTRAINT "LiteLLM_Config_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "LiteLLM_SpendLogs" (
    "request_id" TEXT NOT NULL,
    "call_type" TEXT NOT NULL,
    "api_key" TEXT NOT NULL DEFAULT '',
    "user" TEXT DEFAULT '',
    "team_id" TEXT,
    "end_user" TEXT,
    "spend" DOUBLE PRECISION NOT NULL DEFAULT 0.0,
    "total_tokens" INTEGER NOT NULL DEFAULT 0,
    "prompt_tokens" INTEGER NOT NULL DEFAULT 0,
    "completion_tokens" INTEGER NOT NULL DEFAULT 0,
    "startTime" TIMESTAMP(3) NOT NULL,
    "endTime" TIMESTAMP(3) NOT NULL,
    "first_token_at" TIMESTAMP(3),
    "model" TEXT NOT NULL DEFAULT '',
    "provider" TEXT DEFAULT '',
    "cache_hit" TEXT DEFAULT '',
    "tags" JSONB DEFAULT '[]',
    "metadata" JSONB DEFAULT '{}',
    "messages" JSONB DEFAULT '{}',
    "response" JSONB DEFAULT '{}',

    CONSTRAINT "LiteLLM_SpendLogs_pkey" PRIMARY KEY ("request_id")
);

-- CreateTable
CREATE TABLE "LiteLLM_AuditLog" (
    "id" TEXT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changed_by" TEXT NOT NULL DEFAULT '',
    "action" TEXT NOT NULL,
    "table_name" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,

    CONSTRAINT "LiteLLM_AuditLog_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "LiteLLM_Budget_renews_at_idx" ON "LiteLLM_Budget"("renews_at");

-- CreateIndex
CREATE UNIQUE INDEX "LiteLLM_Team_alias_set_id_key" ON "LiteLLM_Team"("alias_set_id");

-- CreateIndex
CREATE INDEX "LiteLLM_Team_organization_id_idx" ON "LiteLLM_Team"("organization_id");

-- CreateIndex
CREATE INDEX "LiteLLM_TeamMember_user_id_idx" ON "LiteLLM_TeamMember"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "LiteLLM_User_sso_subject_key" ON "LiteLLM_User"("sso_subject");

-- CreateIndex
CREATE INDEX "LiteLLM_VirtualKey_team_id_idx" ON "LiteLLM_VirtualKey"("team_id");

-- CreateIndex
CREATE UNIQUE INDEX "LiteLLM_Credential_name_key" ON "LiteLLM_Credential"("name");

-- CreateIndex
CREATE INDEX "LiteLLM_SpendLogs_startTime_idx" ON "LiteLLM_SpendLogs"("startTime");

-- CreateIndex
CREATE INDEX "LiteLLM_SpendLogs_end_user_idx" ON "LiteLLM_SpendLogs"("end_user");

-- AddForeignKey
ALTER TABLE "LiteLLM_Organization" ADD CONSTRAINT "LiteLLM_Organization_budget_id_fkey" FOREIGN KEY ("budget_id") REFERENCES "LiteLLM_Budget"("budget_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LiteLLM_Team" ADD CONSTRAINT "LiteLLM_Team_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "LiteLLM_Organization"("organization_id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LiteLLM_Team" ADD CONSTRAINT "LiteLLM_Team_alias_set_id_fkey" FOREIGN KEY ("alias_set_id") REFERENCES "LiteLLM_ModelAliases"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LiteLLM_TeamMember" ADD CONSTRAINT "LiteLLM_TeamMember_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "LiteLLM_Team"("team_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LiteLLM_TeamMember" ADD CONSTRAINT "LiteLLM_TeamMember_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "LiteLLM_User"("user_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LiteLLM_TeamMember" ADD CONSTRAINT "LiteLLM_TeamMember_budget_id_fkey" FOREIGN KEY ("budget_id") REFERENCES "LiteLLM_Budget"("budget_id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LiteLLM_User" ADD CONSTRAINT "LiteLLM_User_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "LiteLLM_Organization"("organization_id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LiteLLM_Customer" ADD CONSTRAINT "LiteLLM_Customer_budget_id_fkey" FOREIGN KEY ("budget_id") REFERENCES "LiteLLM_Budget"("budget_id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LiteLLM_Invitation" ADD CONSTRAINT "LiteLLM_Invitation_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "LiteLLM_User"("user_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LiteLLM_Invitation" ADD CONSTRAINT "LiteLLM_Invitation_sent_by_fkey" FOREIGN KEY ("sent_by") REFERENCES "LiteLLM_User"("user_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LiteLLM_VirtualKey" ADD CONSTRAINT "LiteLLM_VirtualKey_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "LiteLLM_User"("user_id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LiteLLM_VirtualKey" ADD CONSTRAINT "LiteLLM_VirtualKey_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "LiteLLM_Team"("team_id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LiteLLM_VirtualKey" ADD CONSTRAINT "LiteLLM_VirtualKey_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "LiteLLM_Organization"("organization_id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LiteLLM_VirtualKey" ADD CONSTRAINT "LiteLLM_VirtualKey_budget_id_fkey" FOREIGN KEY ("budget_id") REFERENCES "LiteLLM_Budget"("budget_id") ON DELETE SET NULL ON UPDATE CASCADE;
